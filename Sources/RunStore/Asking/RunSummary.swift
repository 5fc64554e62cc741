public import Experiments

/// A run as a row of a table.
public struct RunSummary: Equatable, Sendable {
  /// A metric over all steps of the run.
  public struct Metric: Equatable, Sendable {
    /// At the greatest step. May be NaN or infinite.
    public var last: Double
    public var lastStep: Int
    /// Over all values but NaN; nil where there is none.
    public var min: Double?
    public var minStep: Int?
    public var max: Double?
    public var maxStep: Int?
  }

  public struct StageUse: Equatable, Sendable {
    public var hash: String
    public var kind: StageKind
    public var status: Status
    /// Another run needs it too.
    public var shared: Bool
    /// How many epochs are done where the run leaves the stage; nil: it stays to its end.
    public var endEpoch: Int?
    /// What its attempts took together.
    public var seconds = 0.0
    /// Of training: the epochs that it executes.
    public var epochs: Range<Int>?
  }

  public var id: String
  public var name: String
  public var sweep: String?
  /// RUNNING where one of its stages is; else FAILED or KILLED where one is; else FINISHED where all are.
  public var status: Status
  public var createdAt: Timestamp
  /// Of its earliest stage: before `createdAt` where that was done for another run.
  public var startedAt: Timestamp?
  /// Of its latest stage, once the run has ended.
  public var endedAt: Timestamp?
  /// What the run's whole path cost, whoever paid for it.
  public var wallSeconds: Double
  public var parameters: Parameters
  public var metrics: [String: Metric]
  /// In the order of execution.
  public var stages: [StageUse]

  /// The run's parameter `seed`.
  public var seed: Int? {
    if case .int(let seed) = parameters["seed"] { seed } else { nil }
  }
}
