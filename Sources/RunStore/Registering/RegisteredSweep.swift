import Experiments

/// What a launch knows to be registered of a sweep: as long as no other launch goes on with it, only what is new is to be
/// registered.
public struct RegisteredSweep: Sendable {
  /// How many epochs of each of the sweep's runs, by id.
  public let epochs: [String: Int]
  var stages: [String: Stage] = [:]
  var runs: [PlannedRun] = []
  var stops: [String: EarlyStop] = [:]
  /// Rows, by hash and by id.
  var stageNumbers: [String: Int64] = [:]
  var runNumbers: [String: Int64] = [:]

  /// Of runs that the store was found to have, by id: of what else is registered nothing is known.
  public init(epochs: [String: Int]) {
    self.epochs = epochs
  }
}
