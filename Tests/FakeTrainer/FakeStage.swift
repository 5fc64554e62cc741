import Experiments
import Foundation
import RunStore

nonisolated(unsafe) private var isAskedToStop = false

/// A stage that is recorded and not done. What goes wrong with it comes from the environment.
struct FakeStage: Sendable {
  let stage: Stage
  private let store: any StageStore
  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  init(_ stage: Stage, in store: any StageStore) {
    self.stage = stage
    self.store = store
  }

  func log(_ word: String) {
    guard let path = environment["FAKE_LOG"] else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    let line = Array("\(word) \(stage.kind.rawValue) \(stage.hash) \(getpid())\n".utf8)
    _ = write(descriptor, line, line.count)
    close(descriptor)
  }

  func execute() throws {
    log("started")
    let recorder = try store.begin(stage: stage.hash, environment: [:])
    var seconds = 0.0
    let isTarget = environment["FAKE_TARGET"].map { [stage.kind.rawValue, stage.hash].contains($0) } ?? true
    switch environment["FAKE_FAULT"] {
    case "crash" where isTarget:
      FileHandle.standardError.write(Data("the first word\nthe last word\n".utf8))
      kill(getpid(), SIGKILL)
    case "input" where isTarget:
      FileHandle.standardError.write(Data("the class is empty\n".utf8))
      exit(65)
    case "silent" where isTarget: exit(0)
    case "slow once" where isTarget && recorder.attempt == 1:
      signal(SIGTERM) { _ in isAskedToStop = true }
      seconds = 30
    case "crash once" where isTarget && recorder.attempt == 1: kill(getpid(), SIGKILL)
    case "hang" where isTarget: while true { sleep(1) }
    case "stubborn" where isTarget: signal(SIGTERM, SIG_IGN)
    case "polite" where isTarget: signal(SIGTERM) { _ in isAskedToStop = true }
    default: break
    }

    log("ready")
    if isTarget, let gate = environment["FAKE_GATE"] {
      while !FileManager.default.fileExists(atPath: gate) { usleep(20_000) }
    }
    if isTarget, let given = environment["FAKE_SECONDS"].flatMap(Double.init) { seconds = given }
    try pass(seconds, recorder)
    try leaveFiles(recorder)
    log("finished")
    try recorder.finish()
  }

  private func pass(_ seconds: Double, _ recorder: Recorder) throws {
    let epochs = stage.kind == .train ? stage.epochs ?? 0 : 1
    let first = stage.trained.lowerBound
    for epoch in first..<max(epochs, first + 1) {
      let report: Value = [
        "stage": .string(stage.hash), "kind": .string(stage.kind.rawValue), "phase": "epoch", "epoch": .int(epoch),
        "epochs": .int(epochs), "first_epoch": .int(first), "step": 1, "steps": 2, "loss": 0.5,
      ]
      if let file = options["--progress"] {
        try Data((report.json + "\n").utf8).write(to: URL(filePath: file))
      } else {
        FileHandle.standardOutput.write(Data((report.json + "\n").utf8))
      }
      if stage.kind == .train { try recorder.metric("validation.mse", step: epoch, value: loss(after: epoch)) }
      let end = Date().addingTimeInterval(seconds / Double(max(epochs - first, 1)))
      while Date() < end {
        usleep(5000)
        if isAskedToStop {
          try recorder.fail("stopped", status: .killed)
          log("stopped")
          exit(1)
        }
      }
    }
  }

  /// A landscape with its least value at a learning rate of 1e-3, that falls over the epochs.
  private func loss(after epoch: Int) -> Double {
    let distance = log10(stage.parameters["training.learning_rate"]?.number ?? 1) + 3
    let seed = stage.parameters["seed"]?.number ?? 0
    return distance * distance + 1 / Double(epoch + 1) + seed / 1000
  }

  private func leaveFiles(_ recorder: Recorder) throws {
    let left =
      [.prepare, .extractor, .draw].contains(stage.kind)
      ? [(0, stage.hash)] : stage.keep.map { ($0, stage.state(after: $0)) }
    for (epochs, state) in left {
      let path = "\(stage.kind == .prepare ? "data" : "checkpoints")/\(state).safetensors"
      let file = store.artifacts.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("weights".utf8).write(to: file)
      // What `sha256sum` says of "weights".
      let digest = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
      try recorder.checkpoint(Checkpoint(state: state, epochs: epochs, path: path, sha256: digest, bytes: 7))
    }
  }
}
