public import Experiments

/// What the store knows of a stage's execution.
public struct StageProgress: Equatable, Sendable {
  public var status: Status
  /// How many attempts there were.
  public var attempts: Int
  /// Of the last attempt: why it failed.
  public var message: String?
  /// Of the first attempt.
  public var startedAt: Timestamp?
  /// Of the last attempt.
  public var endedAt: Timestamp?
  /// Of all attempts together.
  public var seconds: Double
}

extension RunStore {
  /// The stage as it was registered. Throws `InputError` where it never was.
  public func stage(_ hash: String) throws -> Stage {
    throw StoreError(path: path, message: "not written yet")
  }

  /// By hash; those that are not registered are left out.
  public func progress(ofStages hashes: [String]) throws -> [String: StageProgress] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// The files that hold these states, by the state's hash; states without a file are left out. Whether a file still
  /// is what it was is for the caller to check.
  public func checkpoints(ofStates states: [String]) throws -> [String: Checkpoint] {
    throw StoreError(path: path, message: "not written yet")
  }
}
