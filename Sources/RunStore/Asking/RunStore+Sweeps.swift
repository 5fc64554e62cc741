public import Experiments
import GRDB

/// A registered sweep.
public struct SweepSummary: Equatable, Sendable {
  public var name: String
  public var question: String?
  /// The experiment file, as it was given.
  public var file: String
  public var launchedAt: Timestamp
  /// Ids, in the order of the plan; deleted ones are left out.
  public var runs: [String]
}

extension RunStore {
  /// All sweeps, the one launched last first.
  public func sweeps() throws -> [SweepSummary] {
    try read { database in
      let members = try Row.fetchAll(
        database,
        sql: """
          SELECT sweep, run.id FROM sweep_run JOIN run ON run.number = sweep_run.run
          WHERE run.deleted_at IS NULL ORDER BY sweep, position
          """)
      let runs = Dictionary(grouping: members) { $0[0] as Int64 }
      return try Row.fetchAll(database, sql: "SELECT * FROM sweep ORDER BY launched_at DESC, name").map { row in
        SweepSummary(
          name: row["name"], question: row["question"], file: row["file"],
          launchedAt: Timestamp(milliseconds: row["launched_at"]), runs: (runs[row["number"]] ?? []).map { $0[1] })
      }
    }
  }

  /// The settings that belong together in each run of a sweep: by run id, the run's axes in the order of the file.
  public func axes(ofSweep name: String) throws -> [String: [AxisValue]] {
    try read { database in
      let sql = """
        SELECT run.id, axes FROM sweep JOIN sweep_run ON sweep_run.sweep = sweep.number
        JOIN run ON run.number = sweep_run.run WHERE sweep.name = ?
        """
      let rows = try Row.fetchAll(database, sql: sql, arguments: [name])
      return try rows.reduce(into: [:]) { $0[$1[0]] = try [AxisValue](json: $1[1]) }
    }
  }
}
