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
  ///   - members: how far the sweep's runs have to be registered until now, by id, as an earlier call gave it; nil: any.
  ///   - stops: by id, the runs of the plan that are left before the end of their training.
  ///
  /// Throws `OutdatedPlan` where a train stage is registered with other epochs, and `OutdatedSweep` where the sweep has
  /// other members, or takes some further.
  ///
  /// - Returns: how many epochs of each of the sweep's runs are registered now, by id.
  @discardableResult
  public func register(
    _ plan: Plan, after members: [String: Int]? = nil, stops: [String: EarlyStop] = [:]
  ) throws -> [String: Int] {
    let now = Timestamp.now
    return try write(synced: true) { database in
      let sweep = plan.experiment.name
      if let members, try SweepMember.epochs(ofSweep: sweep, in: database) != members {
        throw OutdatedSweep(sweep: sweep)
      }
      var stages = StageRegistration(database: database)
      for stage in plan.stages { try stages.register(stage) }
      var runs = RunRegistration(database: database, stages: stages.numbers, now: now)
      for run in plan.runs {
        try runs.register(run)
        try EarlyStop.write(stops[run.id], run: try runs.numbers.number(of: run.id), now: now, in: database)
      }
      if plan.runs.contains(where: { !$0.axes.isEmpty }) {
        try registerSweep(plan, runs: runs.numbers, now: now, in: database)
      }
      return try SweepMember.epochs(ofSweep: sweep, in: database)
    }
  }

  private func registerSweep(_ plan: Plan, runs: [String: Int64], now: Timestamp, in database: Database) throws {
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
    try database.execute(sql: "DELETE FROM sweep_run WHERE sweep = ?", arguments: [sweep])
    for (position, run) in plan.runs.enumerated() {
      try database.execute(
        sql: "INSERT OR REPLACE INTO sweep_run (sweep, position, run, axes) VALUES (?, ?, ?, ?)",
        arguments: [sweep, position, runs[run.id], run.axes.json])
    }
  }
}
