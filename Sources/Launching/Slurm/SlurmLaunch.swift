import Experiments
import Foundation
import RunStore

/// One execution of a plan through Slurm: all that can be submitted is, each stage waiting in Slurm for those that it
/// needs, and then followed.
///
/// What was submitted stands in the store, so jobs go on without this process, and another launch follows them.
struct SlurmLaunch: PlanExecution {
  private enum Message: Sendable {
    case look
    case interrupted
    /// Nobody has asked for the tasks' end too.
    case leave
  }

  let launcher: Launcher
  let site: SlurmSite
  var plan: Plan
  var search: TrialSearch?
  let again: Bool
  var queue: StageQueue
  /// By the stage's hash.
  var tasks: [String: FollowedTask] = [:]
  /// How often a stage was begun again, by hash.
  var retries: [String: Int] = [:]
  /// Stages that a process of this machine executes, by hash.
  var waitedFor: Set<String> = []
  var reused: Set<String>
  var outcome = LaunchOutcome()
  var maxArraySize = 0
  /// Before then there is no use in submitting more.
  var nextSubmission = ContinuousClock.now
  var nextQuestion = ContinuousClock.now
  /// With questions and cancellations.
  var patience: SlurmPatience
  /// With submissions, which may fail where questions are answered.
  var submissionPatience: SlurmPatience
  /// Tasks that Slurm is still to be told to cancel.
  var unwanted: Set<SlurmPlace> = []
  private var isCancelling = false
  /// Stages that were to be done when the search was last asked; nil: it has not been.
  private var openCountBefore: Int?
  var follower: RecordFollower
  private var pace = LookPace()
  private let messages: AsyncStream<Message>
  private let post: AsyncStream<Message>.Continuation

  var store: RunStore { launcher.store }
  var settings: SlurmSettings { plan.experiment.slurm }

  static let secondsToCancel = 2.0
  /// A search that is to learn must not try everything at once.
  private static let trialsAtOnce = 8

  init(_ launcher: Launcher, _ site: SlurmSite, _ plan: Plan, _ search: TrialSearch?, stages: [Stage], again: Bool) {
    self.launcher = launcher
    self.site = site
    self.plan = plan
    self.search = search
    self.again = again
    queue = StageQueue(stages, preparations: plan.preparations)
    follower = RecordFollower(launcher.store)
    patience = SlurmPatience(longest: site.longestSilence)
    submissionPatience = patience
    reused = Set(plan.stages.map(\.hash)).subtracting(stages.map(\.hash))
    (messages, post) = AsyncStream.makeStream()
  }

  mutating func run(_ interruptions: AsyncStream<Void>) async throws -> LaunchOutcome {
    let listener = Task { [post] in
      for await _ in interruptions { post.yield(.interrupted) }
    }
    defer { listener.cancel() }
    if search != nil || !queue.waiting.isEmpty { maxArraySize = try await site.client.maxArraySize() }
    post.yield(.look)
    var messages = messages.makeAsyncIterator()
    loop: while let message = await messages.next() {
      switch message {
      case .look where !outcome.wasInterrupted || isCancelling:
        let before = tasks
        if !isCancelling { try await submit() }
        let hasNewRecords = try await look()
        try tryMore()
        if isOver { break loop }
        pace.looked(hasChanged: hasNewRecords || tasks != before)
        send(.look, after: min(settings.pollSeconds, pace.seconds))
      case .interrupted:
        try await interrupt()
        if isOver { break loop }
      case .leave where !isCancelling: break loop
      case .look, .leave: break
      }
    }
    outcome.goingOn = tasks.count
    outcome.reused = reused.count
    if outcome.wasInterrupted { outcome.notExecuted += queue.waiting }
    try store.removeRecordFiles(ofStages: plan.stages.map(\.hash))
    return outcome
  }

  private var isOver: Bool {
    tasks.isEmpty && (outcome.wasInterrupted || queue.waiting.isEmpty)
  }

  /// Asks the search for more where something has come to its end since it was last asked.
  private mutating func tryMore() throws {
    guard !outcome.wasInterrupted, queue.openCount != openCountBefore else { return }
    while try grow(room: site.tasksAtOnce ?? Self.trialsAtOnce) {}
    openCountBefore = queue.openCount
  }

  private func send(_ message: Message, after seconds: Double) {
    let post = post
    Task {
      try await Task.sleep(for: .seconds(seconds))
      post.yield(message)
    }
  }

  private mutating func interrupt() async throws {
    if !outcome.wasInterrupted {
      outcome.wasInterrupted = true
      guard !tasks.isEmpty else { return }
      launcher.progress.note(.leaving(tasks: tasks.count))
      send(.leave, after: Self.secondsToCancel)
    } else if !isCancelling {
      isCancelling = true
      launcher.progress.note(.cancelling(tasks: tasks.count))
      try await cancel(Array(tasks.values))
      nextQuestion = .now
      post.yield(.look)
    }
  }
}

/// A stage in Slurm's hands.
struct FollowedTask: Equatable {
  let known: SlurmTask
  let place: SlurmPlace
  /// Another launch has submitted it, and it may have ended with nobody looking.
  var wasLeft: Bool
  var state = SlurmJobState.pending
  /// A node has begun with it.
  var isRunning = false
  /// Since when Slurm has known it as ended.
  var end: ContinuousClock.Instant?
  /// Its last word of progress.
  var lastWord = ""
  var lastWordTime = ContinuousClock.now
  /// It said nothing for too long, and is being ended.
  var isSilent = false
}
