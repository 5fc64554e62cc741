/// How a task of a job stands, in what follows from it.
enum SlurmJobState: Equatable {
  /// It waits for a node, for other jobs, or to be begun again.
  case pending
  case running
  /// It waits for one that has failed, so it never begins.
  case hopeless
  case over(Ending)

  /// Why Slurm's job has ended, as far as Slurm knows.
  enum Ending: Equatable {
    case completed
    /// The script gave up; its exit status tells more.
    case failed
    case cancelled
    case timedOut
    case outOfMemory
    case nodeFailed
    case preempted
    /// Slurm no longer knows the job.
    case forgotten

    /// Whether the node has left words that are not seen here yet, or may have: that it finished the stage, the status
    /// of a script that gave up, or that it began at all.
    ///
    /// - Parameters:
    ///   - status: the script's exit status, where it is seen.
    ///   - begun: whether the node's records are.
    func mayTellMore(status: Int?, begun: Bool) -> Bool {
      switch (self, status) {
      case (_, 0?), (.completed, nil), (.failed, nil): true
      case (.cancelled, _), (_, _?): false
      case (_, nil): !begun
      }
    }
  }

  /// - Parameters:
  ///   - word: as `squeue` writes it, such as `PENDING`.
  ///   - reason: why it is so.
  init(_ word: String, reason: String) {
    switch word {
    case "PENDING" where reason == "DependencyNeverSatisfied", "CANCELLED" where reason == "DependencyNeverSatisfied":
      self = .hopeless
    case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": self = .running
    case "COMPLETED": self = .over(.completed)
    case "FAILED": self = .over(.failed)
    case "CANCELLED", "REVOKED": self = .over(.cancelled)
    case "TIMEOUT", "DEADLINE": self = .over(.timedOut)
    case "OUT_OF_MEMORY": self = .over(.outOfMemory)
    case "NODE_FAIL", "BOOT_FAIL": self = .over(.nodeFailed)
    case "PREEMPTED": self = .over(.preempted)
    default: self = .pending
    }
  }
}

/// How a task ended that did not finish its stage.
struct SlurmFailure: Equatable {
  /// A sentence without its full stop.
  let sentence: String
  /// The task was ended from outside, so another try may come to something else.
  let isRetried: Bool
  var isInputError = false
  var isCancelled = false

  /// - Parameter status: the script's exit status, where it left one.
  init(_ ending: SlurmJobState.Ending, status: Int?) {
    switch (ending, status) {
    case (.timedOut, _): self.init("its time was up (slurm.time)", isRetried: true)
    case (.outOfMemory, _): self.init("Slurm ended it for want of memory (slurm.memory)", isRetried: true)
    case (.nodeFailed, _): self.init("its node failed", isRetried: true)
    case (.preempted, _): self.init("it was pre-empted", isRetried: true)
    case (.cancelled, _):
      self.init("it was cancelled", isRetried: false)
      isCancelled = true
    case (_, 0?): self.init("the trainer ended without finishing the stage", isRetried: false)
    case (_, let status?) where status == 128 + 9:
      self.init("the trainer was killed (signal 9), perhaps for want of memory", isRetried: true)
    case (_, let status?) where status > 128:
      self.init("the trainer was ended by signal \(status - 128)", isRetried: true)
    case (_, let status?):
      self.init("the trainer ended with status \(status)", isRetried: false)
      isInputError = status == 65
    case (.failed, nil): self.init("the job failed before the trainer's end", isRetried: true)
    case (.completed, nil): self.init("the job ended without a word", isRetried: false)
    case (.forgotten, nil): self.init("Slurm no longer knows the job, which left no word", isRetried: true)
    }
  }

  init(_ sentence: String, isRetried: Bool) {
    self.sentence = sentence
    self.isRetried = isRetried
  }
}
