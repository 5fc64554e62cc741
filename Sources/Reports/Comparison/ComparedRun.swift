public import Experiments

/// What a comparison needs to know of a finished run.
public struct ComparedRun: Sendable {
  /// A metric's last value, and the stage that measured it: runs that share the stage share the measurement.
  public struct Measurement: Equatable, Sendable {
    public let value: Double
    public let stage: String

    public init(_ value: Double, stage: String) {
      self.value = value
      self.stage = stage
    }
  }

  public let seed: Int
  public let parameters: Parameters
  public let metrics: [String: Measurement]

  public init(seed: Int, parameters: Parameters, metrics: [String: Measurement]) {
    self.seed = seed
    self.parameters = parameters
    self.metrics = metrics
  }
}
