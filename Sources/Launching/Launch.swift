import Experiments
import Foundation
import RunStore

/// One execution of a plan in processes of this machine: what runs, and what happens next.
struct Launch: PlanExecution {
  private enum Message: Sendable {
    case reported(Stage, TrainerReport)
    case ended(Stage, ChildProcess.End, [String])
    case interrupted
    case lookAgain
    /// It is time to see whether a trainer has fallen silent: so many seconds have passed while this process ran.
    case listen(seconds: Double)
  }

  /// A stage in a trainer.
  struct Worker {
    let process: ChildProcess
    let hold: StageHold
    /// The store's count before the trainer began.
    let attempts: Int
    let start: ContinuousClock.Instant
    /// For how long this process has listened since it last said something.
    var silentSeconds = 0.0
    let tellsOfSteps: Bool
    /// It said nothing for too long, and is being ended.
    var isSilent = false
  }

  let launcher: Launcher
  private let again: Bool
  var plan: Plan
  var search: TrialSearch?
  var queue: StageQueue
  private var workers: [String: Worker] = [:]
  private var waitedFor: Set<String> = []
  private var willLookAgain = false
  /// How often a stage was begun again, by hash.
  var retries: [String: Int] = [:]
  var reused: Set<String> = []
  var outcome = LaunchOutcome()
  private let messages: AsyncStream<Message>
  private let post: AsyncStream<Message>.Continuation

  init(_ launcher: Launcher, _ plan: Plan, _ search: TrialSearch?, stages: [Stage], again: Bool) {
    self.launcher = launcher
    self.again = again
    self.plan = plan
    self.search = search
    queue = StageQueue(stages, preparations: plan.preparations)
    let toDo = Set(stages.map(\.hash))
    reused = Set(plan.stages.map(\.hash)).subtracting(toDo)
    (messages, post) = AsyncStream.makeStream()
  }

  mutating func run(_ interruptions: AsyncStream<Void>) async throws -> LaunchOutcome {
    let listener = Task { [post] in
      for await _ in interruptions { post.yield(.interrupted) }
    }
    let clock = launcher.settings.silenceSeconds.map { seconds in
      Task { [post] in
        // Counted, not read from a clock: while this process is suspended, nothing that is said reaches it.
        let interval = min(5, Double(seconds) / 4)
        while !Task.isCancelled {
          try await Task.sleep(for: .seconds(interval))
          post.yield(.listen(seconds: interval))
        }
      }
    }
    defer {
      listener.cancel()
      clock?.cancel()
    }
    do {
      try fill()
      var messages = messages.makeAsyncIterator()
      while !isOver, let message = await messages.next() {
        try handle(message)
        // Nothing can be begun because a trainer says how far it is.
        if case .reported = message { continue }
        try fill()
      }
    } catch {
      signalAll(SIGTERM)
      throw error
    }
    if outcome.wasInterrupted { outcome.notExecuted += queue.waiting }
    outcome.reused = reused.count
    return outcome
  }

  private var isOver: Bool {
    workers.isEmpty && (outcome.wasInterrupted || queue.waiting.isEmpty)
  }

  private mutating func handle(_ message: Message) throws {
    switch message {
    case .reported(let stage, let report):
      workers[stage.hash]?.silentSeconds = 0
      if workers[stage.hash] != nil { launcher.progress.note(.reported(stage, report)) }
    case .ended(let stage, let end, let lastLines):
      if let worker = workers.removeValue(forKey: stage.hash) { try ended(stage, worker, end, lastLines) }
    case .interrupted: interrupt()
    case .lookAgain: willLookAgain = false
    case .listen(let seconds): endSilentTrainers(after: seconds)
    }
  }

  private mutating func endSilentTrainers(after seconds: Double) {
    guard let most = launcher.settings.silenceSeconds else { return }
    for (hash, worker) in workers where worker.tellsOfSteps && !worker.isSilent && !worker.process.isSuspended {
      workers[hash]?.silentSeconds += seconds
      guard worker.silentSeconds + seconds > Double(most) else { continue }
      workers[hash]?.isSilent = true
      worker.process.signal(SIGKILL)
    }
  }

  /// Begins what can be begun, and while trainers are free asks the search for more.
  private mutating func fill() throws {
    repeat {
      try leaveToSlurm()
      try startReady()
    } while try !outcome.wasInterrupted && workers.count < launcher.jobs && grow(room: launcher.jobs)
  }

  /// What Slurm was asked for may begin at any time: it isn't done here too.
  private mutating func leaveToSlurm() throws {
    let withSlurm = try launcher.store.stagesWithSlurm()
    let left = withSlurm.isEmpty ? [] : queue.waiting.filter { withSlurm.contains($0.hash) }
    guard !left.isEmpty else { return }
    outcome.goingOn += left.count
    launcher.progress.note(.leftToSlurm(left))
    giveUp(left.flatMap { queue.fail($0) }.filter { !withSlurm.contains($0.hash) })
  }

  private mutating func startReady() throws {
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
          reused.insert(stage.hash)
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
    return try RemainingWork.isDone(stage, for: queue.waiting, of: plan, in: launcher.store)
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
    workers[stage.hash] = Worker(
      process: process, hold: hold, attempts: attempts, start: .now,
      tellsOfSteps: stage.kind.tellsOfSteps)
    queue.start(stage)
    launcher.progress.note(.started(stage))
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
}
