public import Experiments
public import RunStore

/// What a sweep tries, trial by trial, where that hangs on what came of earlier ones: which combination is next, and how
/// far each is trained.
///
/// All it knows is in the store: a trial is registered before it is executed, so a launch that was killed goes on with
/// the trials it had begun, and proposes what it would have proposed.
public struct TrialSearch: Sendable {
  /// Of the trials so far.
  public private(set) var plan: Plan
  private let planner: Planner
  private let store: RunStore
  private let sweep: Sweep
  private var source: TrialSource
  private var trials: [Trial] = []
  private var registered = RegisteredSweep(epochs: [:])
  private var stops: [String: EarlyStop] = [:]
  private var finished: FinishedRuns?

  /// Nil where the experiment's runs are all known beforehand, and trained to their end.
  ///
  /// Throws `InputError` where nothing can be tried.
  public init?(_ planner: Planner, in store: RunStore) throws {
    guard let sweep = planner.experiment.sweep, sweep.isAdaptive else { return nil }
    self.planner = planner
    self.store = store
    self.sweep = sweep
    source = try TrialSource(planner.experiment)
    finished = sweep.metric.map { FinishedRuns(metric: $0.name) }
    plan = Plan(experiment: planner.experiment, runs: [], stages: [])
    try load()
  }

  /// Registers the trials so far.
  mutating func register() throws {
    while try !registerOnce() {}
  }

  /// Goes on where that is possible: takes a trial further, or begins another. Either is registered.
  ///
  /// - Parameters:
  ///   - room: trials that may be under way at once.
  ///   - isOpen: whether a stage is still to be executed, or being so.
  /// - Returns: whether the plan is another than before.
  mutating func advance(room: Int, isOpen: (String) -> Bool) throws -> Bool {
    let state = try TrialStates(
      sweep, trials: trials, plan: plan, store: store, finished: &finished, isOpen: isOpen)
    let grew = try grow(state, room: room)
    let before = stops
    stops = state.stops(of: trials)
    guard grew || stops != before else { return false }
    guard try !registerOnce() else { return grew }
    try register()
    return true
  }

  private mutating func grow(_ state: TrialStates, room: Int) throws -> Bool {
    guard state.openCount < room else { return false }
    if let promoted = state.promotion(isClosing: false) {
      trials[promoted].end = state.end(of: promoted, after: trials[promoted].end)
    } else if let trial = source.next(after: Array(zip(trials, state.outcomes))) {
      trials.append(try begun(trial))
    } else if let promoted = state.promotion(isClosing: true) {
      trials[promoted].end = state.end(of: promoted, after: trials[promoted].end)
    } else {
      return false
    }
    plan = try planner.plan(trials)
    return true
  }

  /// A new trial, up to its first rung.
  private func begun(_ trial: Trial) throws -> Trial {
    guard let termination = sweep.earlyTermination else { return trial }
    var trial = trial
    let epochs = try planner.plan([trial]).runs.first?.epochs ?? 0
    trial.end = termination.rungs(of: epochs).first
    return trial
  }

  /// - Returns: false where another launch came first; the trials are then those that it left.
  private mutating func registerOnce() throws -> Bool {
    while true {
      do {
        registered = try store.register(plan, after: registered, stops: stops)
        return true
      } catch is OutdatedSweep {
        try load()
        return false
      } catch is OutdatedPlan {
        plan = try planner.plan(trials)
      }
    }
  }

  /// Takes the trials from the store: those of the sweep's runs that its file still means.
  private mutating func load() throws {
    let stored = try store.members(ofSweep: planner.experiment.name)
    registered = RegisteredSweep(epochs: Dictionary(stored.map { ($0.run, $0.epochs) }) { first, _ in first })
    var known: [[Value]: Trial] = [:]
    var order: [[Value]] = []
    for member in stored where member.epochs > 0 {
      guard let trial = source.trial(member.axes, end: member.epochs), source.isPossible(trial) else { continue }
      let outcome = source.outcome(of: trial)
      if known.updateValue(trial, forKey: outcome) == nil { order.append(outcome) }
    }
    if sweep.method != .tpe { order = source.trials().map(\.outcome).filter { known[$0] != nil } }
    try take(order.compactMap { known[$0] })
    // With other settings beside those that vary, a run is another.
    let kept = plan.runsOfTrials.map { runs in runs.contains { registered.epochs[$0.id] != nil } }
    if kept.contains(false) { try take(zip(trials, kept).filter(\.1).map(\.0)) }
    // Runs may have finished where they are registered to end, and not where they are planned to: nothing is kept.
    var finished = finished
    stops = try TrialStates(
      sweep, trials: trials, plan: plan, store: store, finished: &finished, isOpen: { _ in false }
    ).stops(of: trials)
    guard trials.isEmpty else { return }
    guard let first = source.next(after: []) else {
      throw InputError("the sweep has no combination to try", file: planner.experiment.file)
    }
    try take([try begun(first)])
  }

  /// With each trained to a rung of the file as it is now.
  private mutating func take(_ trials: [Trial]) throws {
    self.trials = trials
    plan = try planner.plan(trials)
    for (index, runs) in plan.runsOfTrials.enumerated() {
      let rungs = sweep.earlyTermination?.rungs(of: runs.first?.epochs ?? 0) ?? []
      self.trials[index].end = trials[index].end.flatMap { end in rungs.first { $0 >= end } }
    }
    plan = try planner.plan(self.trials)
  }
}

extension PlannedRun {
  /// Of its training, whether the plan goes to the end or not.
  var epochs: Int { Int(parameters["training.epochs"]?.number ?? 0) }
}

extension Plan {
  /// The runs of each trial, which differ only in their seeds.
  var runsOfTrials: [ArraySlice<PlannedRun>] {
    let repeats = experiment.sweep?.repeats ?? 1
    return stride(from: 0, to: runs.count, by: repeats).map { runs[$0..<min($0 + repeats, runs.count)] }
  }
}
