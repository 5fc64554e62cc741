public import Experiments

/// What happens while a plan is executed.
public enum LaunchEvent: Sendable {
  /// Before anything is executed: the stages to be done, and how many the store has already.
  case began(stages: [Stage], reused: Int, jobs: Int)
  /// Slurm has taken stages as a job of this number.
  case submitted([Stage], job: Int)
  /// Slurm has taken a stage off its node; it goes on where it was when it gets another.
  case requeued(Stage)
  case started(Stage)
  case reported(Stage, TrainerReport)
  /// Another process executes the stage; its result will be used.
  case waiting(Stage)
  /// Another process has executed the stage.
  case reused(Stage)
  case finished(Stage, seconds: Double)
  case failed(Stage, message: String)
  /// A trainer died or fell silent, and its stage is begun again, the `retry`th time of at most so many.
  case retrying(Stage, message: String, retry: Int, of: Int)
  /// A search has gone on: the plan, and its stages that were not to be done before.
  case extended(Plan, [Stage])
  /// An interruption ended the stage before its end.
  case stopped(Stage)
  /// Slurm has these stages, and a launch on this machine leaves them to it.
  case leftToSlurm([Stage])
  /// A stage that it needs failed, or is left to Slurm.
  case notExecuted(Stage)
  /// The first interruption: trainers are asked to stop.
  case stopping
  /// The first interruption of a launch through Slurm, whose tasks go on.
  case leaving(tasks: Int)
  /// The second one.
  case cancelling(tasks: Int)
  case ended(LaunchOutcome)
  /// The launch cannot go on, and throws why.
  case aborted
}

/// Shows a person what happens. It is called from one task at a time.
public protocol LaunchProgress: Sendable {
  func note(_ event: LaunchEvent)
}

/// What came of executing a plan.
public struct LaunchOutcome: Equatable, Sendable {
  public struct Failure: Equatable, Sendable {
    public let stage: Stage
    /// How the trainer ended, and its last words.
    public let message: String
    /// The input was at fault, not the work.
    public let isInputError: Bool
  }

  /// Stages executed to their end.
  public internal(set) var executed = 0
  /// Stages that the store had, or that another process did meanwhile.
  public internal(set) var reused = 0
  public internal(set) var failures: [Failure] = []
  /// Stages that need one that failed or is left to Slurm, or that an interruption stopped or came before.
  public internal(set) var notExecuted: [Stage] = []
  public internal(set) var wasInterrupted = false
  /// Stages that Slurm goes on with: after an interruption, or because they are left to it.
  public internal(set) var goingOn = 0

  /// 0 where all is done; 130 after Ctrl-C; 65 where nothing failed but input that cannot be used; otherwise 1, also
  /// where stages are left to Slurm.
  public var exitStatus: Int32 {
    if wasInterrupted { return 130 }
    if failures.isEmpty { return goingOn == 0 ? 0 : 1 }
    return failures.allSatisfy(\.isInputError) ? 65 : 1
  }
}
