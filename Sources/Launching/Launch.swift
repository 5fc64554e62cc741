import Experiments
import Foundation
import RunStore

/// One execution of a plan: what runs, and what happens next.
struct Launch {
  private enum Message: Sendable {
    case reported(Stage, TrainerReport)
    case ended(Stage, ChildProcess.End, [String])
    case interrupted
    case lookAgain
  }

  /// A stage in a trainer.
  private struct Worker {
    let process: ChildProcess
    let hold: StageHold
    /// The store's count before the trainer began.
    let attempts: Int
    let start: ContinuousClock.Instant
  }

  private let launcher: Launcher
  private let again: Bool
  private var queue: StageQueue
  private var workers: [String: Worker] = [:]
  private var waitedFor: Set<String> = []
  private var willLookAgain = false
  private var outcome = LaunchOutcome()
  private let messages: AsyncStream<Message>
  private let post: AsyncStream<Message>.Continuation

  init(_ launcher: Launcher, stages: [Stage], again: Bool) {
    self.launcher = launcher
    self.again = again
    queue = StageQueue(stages, preparations: launcher.plan.preparations)
    outcome.reused = launcher.plan.stages.count - stages.count
    (messages, post) = AsyncStream.makeStream()
  }

  mutating func run(_ interruptions: AsyncStream<Void>) async throws -> LaunchOutcome {
    let listener = Task { [post] in
      for await _ in interruptions { post.yield(.interrupted) }
    }
    defer { listener.cancel() }
    do {
      try fill()
      var messages = messages.makeAsyncIterator()
      while !isOver, let message = await messages.next() {
        try handle(message)
        try fill()
      }
    } catch {
      signalAll(SIGTERM)
      throw error
    }
    if outcome.wasInterrupted { outcome.notExecuted += queue.waiting }
    return outcome
  }

  private var isOver: Bool {
    workers.isEmpty && (outcome.wasInterrupted || queue.waiting.isEmpty)
  }

  private mutating func handle(_ message: Message) throws {
    switch message {
    case .reported(let stage, let report):
      if workers[stage.hash] != nil { launcher.progress.note(.reported(stage, report)) }
    case .ended(let stage, let end, let lastLines): try ended(stage, end, lastLines)
    case .interrupted: interrupt()
    case .lookAgain: willLookAgain = false
    }
  }

  /// Begins what can be begun.
  private mutating func fill() throws {
    guard !outcome.wasInterrupted, workers.count < launcher.jobs else { return }
    var isBlocked = false
    var sawReuse = true
    while sawReuse {
      sawReuse = false
      for stage in queue.ready where workers.count < launcher.jobs {
        guard let hold = try StageHold.take(stage.hash, in: launcher.store) else {
          isBlocked = true
          if waitedFor.insert(stage.hash).inserted { launcher.progress.note(.waiting(stage)) }
          continue
        }
        if try wasDoneElsewhere(stage) {
          queue.finish(stage)
          outcome.reused += 1
          launcher.progress.note(.reused(stage))
          sawReuse = true
        } else {
          try start(stage, hold)
        }
      }
    }
    if isBlocked, !willLookAgain, workers.count < launcher.jobs {
      willLookAgain = true
      let post = post
      Task {
        try await Task.sleep(for: .milliseconds(Launcher.waitMilliseconds))
        post.yield(.lookAgain)
      }
    }
  }

  /// Between the plan and the lock another process may have executed the stage.
  private func wasDoneElsewhere(_ stage: Stage) throws -> Bool {
    if again, !waitedFor.contains(stage.hash) { return false }
    return try RemainingWork.isDone(stage, for: queue.waiting, of: launcher.plan, in: launcher.store)
  }

  private mutating func start(_ stage: Stage, _ hold: StageHold) throws {
    let store = launcher.store
    let attempts = try store.progress(ofStages: [stage.hash])[stage.hash]?.attempts ?? 0
    var environment = ProcessInfo.processInfo.environment
    environment["DARKROOM_STAGE_LOCK"] = String(ChildProcess.inheritedDescriptor)
    let post = post
    let process = try ChildProcess(
      program: launcher.trainer, arguments: ["execute", "--db", store.path, stage.hash], environment: environment,
      inherited: hold.descriptor,
      onLine: { line in
        if let report = TrainerReport(line: line) { post.yield(.reported(stage, report)) }
      },
      onEnd: { end, lastLines in post.yield(.ended(stage, end, lastLines)) })
    workers[stage.hash] = Worker(process: process, hold: hold, attempts: attempts, start: .now)
    queue.start(stage)
    launcher.progress.note(.started(stage))
  }

  private mutating func ended(_ stage: Stage, _ end: ChildProcess.End, _ lastLines: [String]) throws {
    guard let worker = workers.removeValue(forKey: stage.hash) else { return }
    defer { withExtendedLifetime(worker.hold) {} }
    let recorded = try launcher.store.progress(ofStages: [stage.hash])[stage.hash]
    if end == .exited(0), let recorded, recorded.status == .finished, recorded.attempts > worker.attempts {
      queue.finish(stage)
      outcome.executed += 1
      let seconds = (ContinuousClock.now - worker.start) / .seconds(1)
      launcher.progress.note(.finished(stage, seconds: seconds))
      return
    }

    let begun = (recorded?.attempts ?? 0) > worker.attempts
    if outcome.wasInterrupted {
      try record(.killed, "stopped", stage, begun: begun)
      outcome.notExecuted += [stage] + queue.fail(stage)
      launcher.progress.note(.stopped(stage))
      return
    }
    let message = ([Self.sentence(end)] + lastLines).joined(separator: "\n")
    try record(.failed, message, stage, begun: begun)
    outcome.failures.append(LaunchOutcome.Failure(stage: stage, message: message, isInputError: end == .exited(65)))
    launcher.progress.note(.failed(stage, message: message))
    for lost in queue.fail(stage) {
      outcome.notExecuted.append(lost)
      launcher.progress.note(.notExecuted(lost))
    }
  }

  /// Writes down how a trainer ended that could not do so itself; what it did write stays.
  private func record(_ status: Status, _ message: String, _ stage: Stage, begun: Bool) throws {
    if begun {
      let attempts = try launcher.store.progress(ofStages: [stage.hash])[stage.hash]?.attempts ?? 1
      try launcher.store.end(stage: stage.hash, attempt: attempts, status: status, message: message)
    } else if status == .failed {
      try launcher.store.begin(stage: stage.hash).fail(message, status: status)
    }
  }

  private mutating func interrupt() {
    if outcome.wasInterrupted {
      signalAll(SIGKILL)
    } else {
      outcome.wasInterrupted = true
      launcher.progress.note(.stopping)
      signalAll(SIGTERM)
    }
  }

  private func signalAll(_ signal: Int32) {
    for worker in workers.values { worker.process.signal(signal) }
  }

  private static func sentence(_ end: ChildProcess.End) -> String {
    switch end {
    case .exited(0): "the trainer ended without finishing the stage"
    case .exited(let status): "the trainer ended with status \(status)"
    case .signalled(SIGKILL): "the trainer was killed (signal \(SIGKILL)), perhaps for want of memory"
    case .signalled(let signal): "the trainer was ended by signal \(signal), \(String(cString: strsignal(signal)))"
    }
  }
}
