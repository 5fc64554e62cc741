import Experiments

/// Where a recorder writes: the store, or a file that the store takes in later.
protocol RecordSink: Sendable {
  /// All of it, or nothing; there to stay when it returns. `sequence` is the first one's.
  func record(_ contents: [Record.Content], stage: String, attempt: Int, sequence: Int) throws
  func end(stage: String, attempt: Int, status: Status, message: String?) throws
}

extension RunStore: RecordSink {}
