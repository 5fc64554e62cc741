import Experiments
import RunStore

/// A trainer, which is at a stage or waits to be asked for the next one.
struct Worker {
  let process: ChildProcess
  /// Nil while it waits.
  var execution: Execution?
  /// Whether it has done a stage before.
  var hasExecuted = false
}

/// A stage in a trainer.
struct Execution {
  let stage: Stage
  /// The trainer has it too. So it outlives a launcher that dies before its trainer does, and a trainer that dies until
  /// the launcher has recorded how.
  let lock: StageLock
  /// The store's count before the trainer was asked.
  let attempts: Int
  let start = ContinuousClock.now
  /// For how long the launcher has listened since the trainer last said something.
  var silentSeconds = 0.0
  /// It said nothing for too long, and is being ended.
  var isSilent = false
}
