public import Experiments

/// What a comparison needs to know of a run.
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

  /// What the run's network was trained with.
  public struct TrainingSpend: Equatable, Sendable {
    /// Pictures that went through training, repeated ones too; nil where not known.
    public let picturesSeen: Double?
    public let seconds: Double?

    public init(picturesSeen: Double?, seconds: Double?) {
      self.picturesSeen = picturesSeen
      self.seconds = seconds
    }
  }

  /// By which its records are found.
  public let id: String
  public let seed: Int
  public let parameters: Parameters
  /// Empty for a run that has not finished.
  public let metrics: [String: Measurement]
  /// The trained state that it samples from: runs that share it are no replicates of each other; nil where nothing was
  /// trained.
  public let training: String?
  public let spend: TrainingSpend?

  public init(
    id: String = "", seed: Int, parameters: Parameters, metrics: [String: Measurement], training: String? = nil,
    spend: TrainingSpend? = nil
  ) {
    self.id = id
    self.seed = seed
    self.parameters = parameters
    self.metrics = metrics
    self.training = training
    self.spend = spend
  }
}
