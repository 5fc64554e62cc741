public import Experiments

/// One try at executing a stage.
public struct Attempt: Equatable, Sendable {
  /// 1-based.
  public var number: Int
  public var host: String
  /// Process id on that host.
  public var process: Int
  public var status: Status
  /// Why it failed.
  public var message: String?
  public var startedAt: Timestamp
  public var endedAt: Timestamp?
  public var environment: [String: Value]
}

extension RunStore {
  /// In order.
  public func attempts(of stage: String) throws -> [Attempt] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// Marks an attempt as ended, for a launcher whose trainer died without a word as well.
  ///
  /// An attempt that has ended stays as it is.
  public func end(stage: String, attempt: Int, status: Status, message: String?) throws {
    throw StoreError(path: path, message: "not written yet")
  }

  /// Marks as failed every attempt of this host whose process is gone. Queries show them so without it.
  public func endDeadAttempts() throws {
    throw StoreError(path: path, message: "not written yet")
  }
}
