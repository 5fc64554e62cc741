import Experiments
import Foundation
import RunStore

/// One execution of a plan in processes of this machine: what runs, and what happens next.
struct Launch: PlanExecution {
  /// Workers by their numbers.
  private enum Message: Sendable {
    case reported(Int, TrainerReport)
    /// The worker has done its stage, and waits for the next.
    case ready(Int)
    case ended(Int, ChildProcess.End, [String])
    case interrupted
    case lookAgain
    /// It is time to see whether a trainer has fallen silent: so many seconds have passed while this process ran.
    case listen(seconds: Double)
  }

  let launcher: Launcher
  private let again: Bool
  var plan: Plan
  var search: TrialSearch?
  var queue: StageQueue
  private var workers: [Int: Worker] = [:]
  /// How many were started.
  private var workerCount = 0
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
      for worker in workers.values { worker.process.endInput() }
      while !workers.isEmpty, let message = await messages.next() {
        if case .interrupted = message { signalAll(SIGKILL) } else { try handle(message) }
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
    busy == 0 && (outcome.wasInterrupted || queue.waiting.isEmpty)
  }

  /// How many trainers are at a stage.
  private var busy: Int { workers.values.count { $0.execution != nil } }

  private mutating func handle(_ message: Message) throws {
    switch message {
    case .reported(let number, let report):
      guard let stage = workers[number]?.execution?.stage else { return }
      workers[number]?.execution?.silentSeconds = 0
      launcher.progress.note(.reported(stage, report))
    case .ready(let number):
      guard let execution = workers[number]?.execution.take() else { return }
      workers[number]?.hasExecuted = true
      try ended(execution, .exited(0), [])
    case .ended(let number, let end, let lastLines):
      guard let worker = workers.removeValue(forKey: number), let execution = worker.execution else { return }
      if worker.hasExecuted, try !hasBegun(execution), !outcome.wasInterrupted {
        // It died between two stages, which says nothing of the second.
        try handOver(execution)
      } else {
        try ended(execution, end, lastLines)
      }
    case .interrupted: interrupt()
    case .lookAgain: willLookAgain = false
    case .listen(let seconds): endSilentTrainers(after: seconds)
    }
  }

  private mutating func endSilentTrainers(after seconds: Double) {
    guard let most = launcher.settings.silenceSeconds else { return }
    for (number, worker) in workers {
      guard var execution = worker.execution, execution.stage.kind.tellsOfSteps, !execution.isSilent,
        !worker.process.isSuspended
      else { continue }
      execution.silentSeconds += seconds
      execution.isSilent = execution.silentSeconds > Double(most)
      workers[number]?.execution = execution
      if execution.isSilent { worker.process.signal(SIGKILL) }
    }
  }

  /// Begins what can be begun, and while trainers are free asks the search for more.
  private mutating func fill() throws {
    repeat {
      try leaveToSlurm()
      try startReady()
    } while try !outcome.wasInterrupted && busy < launcher.jobs && grow(room: launcher.jobs)
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
    guard !outcome.wasInterrupted, busy < launcher.jobs else { return }
    var isBlocked = false
    var sawReuse = true
    while sawReuse {
      sawReuse = false
      for stage in queue.ready where busy < launcher.jobs {
        guard let lock = try launcher.store.lock(stage: stage.hash) else {
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
          try start(stage, lock)
        }
      }
    }
    if isBlocked, !willLookAgain, busy < launcher.jobs {
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

  private mutating func start(_ stage: Stage, _ lock: StageLock) throws {
    let attempts = try launcher.store.progress(ofStages: [stage.hash])[stage.hash]?.attempts ?? 0
    try handOver(Execution(stage: stage, lock: lock, attempts: attempts))
    queue.start(stage)
    launcher.progress.note(.started(stage))
  }

  /// Asks a trainer that waits for the stage, or a new one.
  private mutating func handOver(_ execution: Execution) throws {
    func ask(_ worker: Worker) -> Bool { worker.process.send(execution.stage.hash, with: execution.lock) }
    if let waiting = workers.first(where: { $1.execution == nil && ask($1) })?.key {
      workers[waiting]?.execution = execution
    } else {
      let worker = Worker(process: try trainer(number: workerCount), execution: execution)
      // Where it has ended already, its end tells why.
      _ = ask(worker)
      workers[workerCount] = worker
      workerCount += 1
    }
  }

  private func trainer(number: Int) throws -> ChildProcess {
    let post = post
    return try ChildProcess(
      program: launcher.trainer, arguments: ["execute", "--db", launcher.store.path],
      environment: ProcessInfo.processInfo.environment,
      onLine: { line in
        guard let report = TrainerReport(line: line) else { return }
        post.yield(report.isReady ? .ready(number) : .reported(number, report))
      },
      onEnd: { end, lastLines in post.yield(.ended(number, end, lastLines)) })
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
