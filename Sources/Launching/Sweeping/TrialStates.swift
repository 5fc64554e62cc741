import Experiments
import RunStore

/// How far the trials of a sweep are, and what they came to, as the store has it.
struct TrialStates {
  /// In the order of the trials.
  let outcomes: [TrialOutcome]
  private let standings: [SuccessiveHalving.Standing]
  private let rungs: [[Int]]
  private let runs: [ArraySlice<PlannedRun>]
  private let sweep: Sweep

  /// - Parameters:
  ///   - finished: of the sweep's metric; nil where it has none.
  ///   - isOpen: whether a stage is still to be executed, or being so.
  init(
    _ sweep: Sweep, trials: [Trial], plan: Plan, store: RunStore, finished: inout FinishedRuns?,
    isOpen: (String) -> Bool
  ) throws {
    self.sweep = sweep
    runs = plan.runsOfTrials
    let statuses = try store.statuses(ofSweep: plan.experiment.name)
    let values = try finished?.values(of: plan.runs, statuses: statuses, in: store) ?? [:]
    let sign = sweep.metric?.goal == .maximize ? -1.0 : 1

    /// The mean over the seeds of the last value by then; nil where a run has none.
    func loss(_ runs: ArraySlice<PlannedRun>, by epochs: Int) -> Double? {
      let last = runs.compactMap { run in
        values[run.id]?.filter { $0.key < epochs }.max { $0.key < $1.key }?.value
      }
      return last.count == runs.count ? sign * last.reduce(0, +) / Double(runs.count) : nil
    }

    var outcomes: [TrialOutcome] = []
    var standings: [SuccessiveHalving.Standing] = []
    var rungs: [[Int]] = []
    for (trial, runs) in zip(trials, self.runs) {
      let own = sweep.earlyTermination?.rungs(of: runs.first?.epochs ?? 0) ?? []
      let end = trial.end ?? .max
      let isRunning = runs.contains { $0.stages.contains(where: isOpen) }
      let hasFinished = !isRunning && runs.allSatisfy { statuses[$0.id] == .finished }
      let reached = hasFinished ? own.filter { $0 <= end } : own.filter { $0 < end }
      let isLeft = hasFinished && own.contains(end)
      outcomes.append(
        isRunning
          ? .running
          : !hasFinished
            ? .failed
            : isLeft
              ? .stopped(epochs: end, loss: loss(runs, by: end) ?? .nan)
              : .finished(loss: loss(runs, by: .max) ?? .nan))
      standings.append(
        SuccessiveHalving.Standing(
          losses: reached.map { loss(runs, by: $0) ?? .nan }, restsAt: isLeft ? own.firstIndex(of: end) : nil,
          rungs: own.count, isOpen: isRunning, hasFailed: !isRunning && !hasFinished))
      rungs.append(own)
    }
    self.outcomes = outcomes
    self.standings = standings
    self.rungs = rungs
  }

  /// Trials that are under way.
  var openCount: Int { outcomes.count { $0 == .running } }

  /// The trial that goes on beyond its rung; nil where none does.
  ///
  /// - Parameter isClosing: no other trial comes.
  func promotion(isClosing: Bool) -> Int? {
    guard let termination = sweep.earlyTermination else { return nil }
    return SuccessiveHalving(eta: termination.eta, isStrict: termination.isStrict)
      .promotion(among: standings, isClosing: isClosing)
  }

  /// After how many epochs a trial is judged next; nil: it goes on to its end.
  func end(of trial: Int, after epochs: Int?) -> Int? {
    rungs[trial].first { $0 > epochs ?? 0 }
  }

  /// Why runs were left, by id, where they are not taken further in `trials`.
  func stops(of trials: [Trial]) -> [String: EarlyStop] {
    var stops: [String: EarlyStop] = [:]
    for (index, runs) in runs.enumerated() {
      guard let rung = standings[index].restsAt, let epochs = trials[index].end, epochs == rungs[index][rung],
        let termination = sweep.earlyTermination, let metric = sweep.metric
      else { continue }
      let ranking = SuccessiveHalving.ranking(at: rung, standings)
      let place = (ranking.firstIndex(of: index) ?? ranking.count) + 1
      let reason =
        "sweep.early_terminate: number \(place) of \(ranking.count) by \(metric.name) after \(epochs) "
        + "epoch\(epochs == 1 ? "" : "s"); one in \(termination.eta) goes on"
      for run in runs { stops[run.id] = EarlyStop(epochs: epochs, reason: reason) }
    }
    return stops
  }
}
