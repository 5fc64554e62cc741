public import Experiments

extension RunStore {
  /// Begins to execute a stage, whose lock the caller holds: earlier attempts that never ended are marked as failed.
  ///
  /// `environment`: versions, git commit and the like; host and process id are added. Throws `InputError` where the
  /// stage was never registered.
  public func begin(stage: String, environment: [String: Value] = [:]) throws -> Recorder {
    throw StoreError(path: path, message: "not written yet")
  }

  /// Writes records in one transaction: all of them are there afterwards, or none. Records may come again, late, or
  /// in another order.
  ///
  /// Once it returns, no death of the process loses them; a power cut can, until a stage's next end.
  public func record(_ records: [Record]) throws {
    throw StoreError(path: path, message: "not written yet")
  }
}
