public import Experiments

/// A metric's value at one step.
public struct MetricPoint: Equatable, Sendable {
  /// 0-based epoch.
  public var step: Int
  /// As it was recorded, NaN and infinities included.
  public var value: Double
  public var time: Timestamp
}

/// Something that happened in a run.
public struct RunEvent: Equatable, Sendable {
  /// Hash of the stage that it happened in.
  public var stage: String
  public var type: String
  /// 0-based.
  public var epoch: Int
  public var payload: Value
  public var time: Timestamp
}

/// The picture cells that a run drew after one epoch, in the order of the grid.
public struct SampleGrid: Equatable, Sendable {
  /// The last one trained, 0-based.
  public var epoch: Int
  public var cells: [GridCell]
}

extension RunStore {
  /// The keys that were recorded for a run, or with nil for any run, sorted.
  public func metricKeys(ofRun id: String?) throws -> [String] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// Every point of a metric, by step. Throws `InputError` with the nearest key where the run has none of `key`.
  public func history(ofRun id: String, key: String) throws -> [MetricPoint] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// By epoch, then as they came.
  public func events(ofRun id: String) throws -> [RunEvent] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// The grid drawn after an epoch, or with nil the latest; nil where there is none.
  public func grid(ofRun id: String, epoch: Int? = nil) throws -> SampleGrid? {
    throw StoreError(path: path, message: "not written yet")
  }

  /// The epochs after which a run drew grids, ascending.
  public func gridEpochs(ofRun id: String) throws -> [Int] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// What the attempts that made the run's results told of their surroundings, later stages over earlier ones: host,
  /// versions, git commit, the data's hash, counts of the network's parameters.
  public func environment(ofRun id: String) throws -> [String: Value] {
    throw StoreError(path: path, message: "not written yet")
  }
}
