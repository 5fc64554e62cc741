public import Experiments
import Synchronization

/// What an executing stage reports through: each call is kept whole or not at all, and there to stay when it returns.
public final class Recorder: Sendable {
  /// The stage's hash.
  public let stage: String
  /// 1-based. On another host, as far as its files tell: the store counts when it takes them in.
  public let attempt: Int
  private let sink: any RecordSink
  private let lastSequence = Mutex(0)

  init(_ sink: any RecordSink, stage: String, attempt: Int) {
    self.sink = sink
    self.stage = stage
    self.attempt = attempt
  }

  /// Records several things in one transaction, in this order.
  public func record(_ contents: [Record.Content]) throws {
    let first = lastSequence.withLock { last in
      defer { last += contents.count }
      return last + 1
    }
    try sink.record(contents, stage: stage, attempt: attempt, sequence: first)
  }

  /// `step`: the 0-based epoch.
  public func metric(_ key: String, step: Int, value: Double) throws {
    try record([.metric(key: key, step: step, value: value)])
  }

  /// `epoch`: 0-based.
  public func event(_ type: String, epoch: Int, payload: Value = .null) throws {
    try record([.event(type: type, epoch: epoch, payload: payload)])
  }

  /// `epoch`: the last one trained, 0-based.
  public func gridCells(_ cells: [GridCell], epoch: Int) throws {
    try record([.gridCells(cells, epoch: epoch)])
  }

  /// To be called when the file is complete and synced.
  public func checkpoint(_ checkpoint: Checkpoint) throws {
    try record([.checkpoint(checkpoint)])
  }

  /// Adds to what this attempt has told of its surroundings.
  public func environment(_ environment: [String: Value]) throws {
    try record([.environment(environment)])
  }

  /// The stage is done. Synced to the disk with all that was recorded before.
  public func finish() throws {
    try sink.end(stage: stage, attempt: attempt, status: .finished, message: nil)
  }

  /// The stage could not be done, or was stopped (`status` is `killed`). Synced to the disk like `finish`.
  public func fail(_ message: String, status: Status = .failed) throws {
    precondition(status == .failed || status == .killed, "a stage cannot fail as \(status)")
    try sink.end(stage: stage, attempt: attempt, status: status, message: message)
  }
}
