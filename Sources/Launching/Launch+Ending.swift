import Experiments
import Foundation
import RunStore

extension Launch {
  /// Whether the trainer has told the store of it.
  func hasBegun(_ execution: Execution) throws -> Bool {
    let hash = execution.stage.hash
    return try launcher.store.progress(ofStages: [hash])[hash]?.attempts ?? 0 > execution.attempts
  }

  /// A trainer is done with the stage, or gone: what it did counts, what it left undone is begun again or has failed.
  mutating func ended(_ execution: Execution, _ end: ChildProcess.End, _ lastLines: [String]) throws {
    defer { withExtendedLifetime(execution.lock) {} }
    let stage = execution.stage
    let recorded = try launcher.store.progress(ofStages: [stage.hash])[stage.hash]
    let begun = (recorded?.attempts ?? 0) > execution.attempts
    if begun, recorded?.status == .finished {
      queue.finish(stage)
      outcome.executed += 1
      let seconds = (ContinuousClock.now - execution.start) / .seconds(1)
      launcher.progress.note(.finished(stage, seconds: seconds))
      return
    }

    if outcome.wasInterrupted {
      try launcher.record(.killed, "stopped", stage, begun: begun)
      outcome.notExecuted += [stage] + queue.fail(stage)
      launcher.progress.note(.stopped(stage))
      return
    }
    let message = ([sentence(execution, end)] + lastLines).joined(separator: "\n")
    try launcher.record(.failed, message, stage, begun: begun)
    // What a trainer itself gave up comes to the same again.
    if case .signalled = end, retries[stage.hash, default: 0] < launcher.settings.retries {
      retries[stage.hash, default: 0] += 1
      queue.wait(stage)
      launcher.progress.note(
        .retrying(stage, message: message, retry: retries[stage.hash, default: 0], of: launcher.settings.retries))
      return
    }
    outcome.failures.append(LaunchOutcome.Failure(stage: stage, message: message, isInputError: end == .exited(65)))
    launcher.progress.note(.failed(stage, message: message))
    giveUp(queue.fail(stage))
  }

  private func sentence(_ execution: Execution, _ end: ChildProcess.End) -> String {
    switch end {
    case .signalled where execution.isSilent:
      "the trainer said nothing for \(launcher.settings.silenceSeconds ?? 0) seconds (launch.silence_seconds), "
        + "and was ended"
    case .exited(0): "the trainer ended without finishing the stage"
    case .exited(let status): "the trainer ended with status \(status)"
    case .signalled(SIGKILL): "the trainer was killed (signal \(SIGKILL)), perhaps for want of memory"
    case .signalled(let signal): "the trainer was ended by signal \(signal), \(String(cString: strsignal(signal)))"
    }
  }
}

extension Launcher {
  /// Writes down how a trainer ended that could not do so itself; what it did write stays.
  func record(_ status: Status, _ message: String, _ stage: Stage, begun: Bool) throws {
    if begun {
      let attempts = try store.progress(ofStages: [stage.hash])[stage.hash]?.attempts ?? 1
      try store.end(stage: stage.hash, attempt: attempts, status: status, message: message)
    } else if status == .failed {
      try store.begin(stage: stage.hash).fail(message, status: status)
    }
  }
}
