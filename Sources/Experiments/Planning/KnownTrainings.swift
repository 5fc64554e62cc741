/// What a store has of the trainings that a plan asks for.
public struct KnownTrainings: Sendable {
  /// A registered train stage, which keeps its range whatever later plans ask for.
  public struct Training: Sendable {
    public let stage: Stage
    public let isFinished: Bool
    /// There was an attempt to execute it.
    public let isBegun: Bool

    public init(stage: Stage, isFinished: Bool, isBegun: Bool) {
      self.stage = stage
      self.isFinished = isFinished
      self.isBegun = isBegun
    }
  }

  public let trainings: [Training]
  /// States within the trainings whose weights lie there whole.
  public let kept: Set<String>

  public init(_ trainings: [Training] = [], kept: Set<String> = []) {
    self.trainings = trainings
    self.kept = kept
  }
}
