public import Experiments

/// A registered sweep.
public struct SweepSummary: Equatable, Sendable {
  public var name: String
  public var question: String?
  /// The experiment file, as it was given.
  public var file: String
  public var launchedAt: Timestamp
  /// Ids, in the order of the plan.
  public var runs: [String]
}

extension RunStore {
  /// All sweeps, the one launched last first.
  public func sweeps() throws -> [SweepSummary] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// The settings that belong together in each run of a sweep: by run id, the run's axes in the order of the file.
  public func axes(ofSweep name: String) throws -> [String: [AxisValue]] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// The tags of a run.
  public func tags(ofRun id: String) throws -> [String: String] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// Sets a tag of a run, or takes it away where `value` is nil.
  public func setTag(_ key: String, to value: String?, ofRun id: String) throws {
    throw StoreError(path: path, message: "not written yet")
  }
}
