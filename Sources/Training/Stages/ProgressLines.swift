import Experiments
import Files
public import Foundation
import Synchronization

/// What a stage tells whoever started it: a JSON object a line on standard output, a few a second; or the last of them
/// in a file that somebody on another host looks at.
public final class ProgressLines: Sendable {
  private let interval: Duration
  private let output: FileHandle
  private let keepsOnlyLast: Bool
  private let lastStep = Mutex<ContinuousClock.Instant?>(nil)

  public init() {
    output = .standardOutput
    keepsOnlyLast = false
    interval = .milliseconds(200)
  }

  /// - Throws: what the file can't be opened for.
  public init(keptIn file: URL) throws {
    try Data().write(to: file)
    output = try FileHandle(forWritingTo: file)
    keepsOnlyLast = true
    interval = .seconds(1)
  }

  func phase(_ phase: String, of stage: Stage, epoch: Int? = nil) {
    write(stage, phase, epoch.map { ["epoch": .int($0)] } ?? [:])
  }

  func step(_ stage: Stage, epoch: Int, _ step: Epoch.Step, loss: Double) {
    guard step.number == step.count || isDue() else { return }
    write(
      stage, "epoch",
      [
        "epoch": .int(epoch), "step": .int(step.number), "steps": .int(step.count), "loss": .double(loss),
        "pictures_per_second": .double(step.picturesPerSecond),
      ])
  }

  func epochDone(_ stage: Stage, epoch: Int, train: Losses, validation: Losses, _ picturesPerSecond: Double) {
    write(
      stage, "epoch.done",
      [
        "epoch": .int(epoch), "train.l1": .double(train.l1), "train.mse": .double(train.mse),
        "validation.l1": .double(validation.l1), "validation.mse": .double(validation.mse),
        "pictures_per_second": .double(picturesPerSecond),
      ])
  }

  func sampling(_ stage: Stage, done: Int, of count: Int) {
    guard isDue() else { return }
    write(stage, "sample", ["pictures": .int(done), "count": .int(count)])
  }

  /// Tells that this process waits for the next stage.
  public func ready() {
    output.tell(Value.map([.init("phase", "ready")]).json + "\n")
  }

  private func isDue() -> Bool {
    lastStep.withLock { last in
      let now = ContinuousClock.now
      if let last, now - last < interval { return false }
      last = now
      return true
    }
  }

  private func write(_ stage: Stage, _ phase: String, _ values: [String: Value]) {
    var line = values
    line["stage"] = .string(stage.hash)
    line["kind"] = .string(stage.kind.rawValue)
    line["phase"] = .string(phase)
    if let epochs = stage.epochs { line["epochs"] = .int(epochs) }
    if stage.kind == .train { line["first_epoch"] = .int(stage.trained.lowerBound) }
    let json = Value.map(line.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }).json
    // Who reads while it is written sees no JSON, and looks again.
    if keepsOnlyLast { try? output.truncate(atOffset: 0) }
    output.tell(json + "\n")
  }
}
