/// One run's resolved settings: every key has its value, and none was left to be decided later.
public struct Configuration: Equatable, Sendable {
  /// Initial weights, order, training noise and dropout.
  public var seed: Int
  public var data: DataConfiguration
  public var model: ModelConfiguration
  public var conditioning: ConditioningConfiguration
  public var diffusion: DiffusionConfiguration
  public var training: TrainingConfiguration
  public var sampling: SamplingConfiguration
}
