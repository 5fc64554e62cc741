public import Experiments
import GRDB

extension RunStore {
  /// Writes down what is about to be executed, in one transaction: runs with their parameters, stages, and for a file
  /// with a sweep block the sweep, whose members are from then on this plan's runs.
  ///
  /// Registering a plan twice changes nothing. A run or a stage that is there keeps all that was recorded of it; a
  /// train stage keeps the weights that any of its plans wants kept.
  ///
  /// - Parameters:
  ///   - known: what has to be registered of the sweep until now, as an earlier call gave it; nil: anything.
  ///   - stops: by id, the runs of the plan that are left before the end of their training.
  ///
  /// Throws `OutdatedPlan` where a train stage is registered with other epochs, and `OutdatedSweep` where the sweep has
  /// other members, or takes some further.
  ///
  /// - Returns: what is registered now.
  @discardableResult
  public func register(
    _ plan: Plan, after known: RegisteredSweep? = nil, stops: [String: EarlyStop] = [:]
  ) throws -> RegisteredSweep {
    let now = Timestamp.now
    return try write(synced: true) { database in
      let sweep = plan.experiment.name
      if let known, try SweepMember.epochs(ofSweep: sweep, in: database) != known.epochs {
        throw OutdatedSweep(sweep: sweep)
      }
      let known = known ?? RegisteredSweep(epochs: [:])
      var stages = StageRegistration(database: database, numbers: known.stageNumbers)
      for stage in plan.stages where stage != known.stages[stage.hash] { try stages.register(stage) }
      var runs = RunRegistration(database: database, stages: stages.numbers, numbers: known.runNumbers, now: now)
      let knownRuns = Dictionary(known.runs.map { ($0.id, $0) }) { $1 }
      for run in plan.runs {
        let isNew = run != knownRuns[run.id]
        if isNew { try runs.register(run) }
        guard isNew || stops[run.id] != known.stops[run.id] else { continue }
        try EarlyStop.write(stops[run.id], run: try runs.numbers.number(of: run.id), now: now, in: database)
      }
      if plan.runs.contains(where: { !$0.axes.isEmpty }) {
        try registerSweep(plan, after: known.runs, runs: runs.numbers, now: now, in: database)
      }
      var registered = RegisteredSweep(epochs: try SweepMember.epochs(ofSweep: sweep, in: database))
      registered.stages = Dictionary(plan.stages.map { ($0.hash, $0) }) { $1 }
      registered.runs = plan.runs
      registered.stops = stops
      registered.stageNumbers = stages.numbers
      registered.runNumbers = runs.numbers
      return registered
    }
  }

  /// - Parameter known: the sweep's first runs, as far as they are registered as such.
  private func registerSweep(
    _ plan: Plan, after known: [PlannedRun], runs: [String: Int64], now: Timestamp, in database: Database
  ) throws {
    let experiment = plan.experiment
    try database.execute(
      sql: """
        INSERT INTO sweep (name, question, file, launched_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
          question = excluded.question, file = excluded.file, launched_at = excluded.launched_at
        """,
      arguments: [experiment.name, experiment.question, experiment.file, now.milliseconds])
    let sweep = try Int64.fetchOne(
      database, sql: "SELECT number FROM sweep WHERE name = ?", arguments: [experiment.name])
    let isLonger = plan.runs.starts(with: known) { ($0.id, $0.axes) == ($1.id, $1.axes) }
    let first = isLonger ? known.count : 0
    if first == 0 { try database.execute(sql: "DELETE FROM sweep_run WHERE sweep = ?", arguments: [sweep]) }
    for (position, run) in plan.runs.enumerated().dropFirst(first) {
      try database.cachedStatement(
        sql: "INSERT OR REPLACE INTO sweep_run (sweep, position, run, axes) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [sweep, position, runs[run.id], run.axes.json])
    }
  }
}
