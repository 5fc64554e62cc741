/// One run's resolved settings: every key has its value, and none was left to be decided later.
public struct Configuration: Equatable, Sendable {
  /// Initial weights, order, training noise, dropout, and evaluation's noise.
  public var seed: Int
  public var data: DataConfiguration
  public var model: ModelConfiguration
  public var conditioning: ConditioningConfiguration
  public var diffusion: DiffusionConfiguration
  public var training: TrainingConfiguration
  public var sampling: SamplingConfiguration
  public var evaluation: EvaluationConfiguration
}
