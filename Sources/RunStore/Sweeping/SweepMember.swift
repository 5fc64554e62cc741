public import Experiments
import GRDB

/// A run of a sweep, and how far it is.
public struct SweepMember: Equatable, Sendable {
  /// The run's id.
  public var run: String
  public var axes: [AxisValue]
  /// How many epochs of its training are registered; fewer than it has where it was left early.
  public var epochs: Int
  public var status: Status
}

extension RunStore {
  /// The runs of a sweep in the order in which they were registered; none where there is no such sweep.
  public func members(ofSweep name: String) throws -> [SweepMember] {
    try read { try SweepMember.all(ofSweep: name, in: $0) }
  }

  /// How it stands with the runs of a sweep, by id.
  public func statuses(ofSweep name: String) throws -> [String: Status] {
    try read { try SweepMember.statuses(ofSweep: name, in: $0) }
  }

  /// Every point of a metric in these runs: by run id and 0-based step.
  public func values(ofRuns ids: [String], key: String) throws -> [String: [Int: Double]] {
    try read { database in
      let sql = """
        SELECT run.id, step, metric.value FROM run JOIN path ON path.run = run.number
        JOIN metric ON metric.stage = path.stage AND metric.key = (SELECT number FROM metric_key WHERE name = ?)
        WHERE run.id IN (SELECT value FROM json_each(?)) AND (path.end_epoch IS NULL OR step < path.end_epoch)
        """
      var values: [String: [Int: Double]] = [:]
      let rows = try Row.fetchCursor(database, sql: sql, arguments: [key, jsonArray(ids)])
      while let row = try rows.next() { values[row[0], default: [:]][row[1]] = row[2] ?? .nan }
      return values
    }
  }
}

extension SweepMember {
  static func all(ofSweep name: String, in database: Database) throws -> [SweepMember] {
    let sql = """
      SELECT run.id, axes, \(SQLText.runStatus) AS status, \(registeredEpochs) AS epochs \(runsOfSweep) ORDER BY position
      """
    return try Row.fetchAll(database, sql: sql, arguments: [name]).map { row in
      SweepMember(
        run: row["id"], axes: try [AxisValue](json: row["axes"]), epochs: row["epochs"] ?? 0,
        status: try Status(row["status"]))
    }
  }

  static func statuses(ofSweep name: String, in database: Database) throws -> [String: Status] {
    let sql = "SELECT run.id, \(SQLText.runStatus) AS status \(runsOfSweep)"
    return try Row.fetchAll(database, sql: sql, arguments: [name])
      .reduce(into: [:]) { $0[$1["id"]] = try Status($1["status"]) }
  }

  /// How many are registered of each run, by id.
  static func epochs(ofSweep name: String, in database: Database) throws -> [String: Int] {
    let sql = "SELECT run.id, \(registeredEpochs) \(runsOfSweep)"
    return try Row.fetchAll(database, sql: sql, arguments: [name]).reduce(into: [:]) { $0[$1[0]] = $1[1] ?? 0 }
  }

  private static let registeredEpochs = """
    (SELECT max(coalesce(path.end_epoch, stage.end_epoch)) FROM path JOIN stage ON stage.number = path.stage
    WHERE path.run = run.number AND stage.kind = 'train')
    """

  private static let runsOfSweep = """
    FROM sweep JOIN sweep_run ON sweep_run.sweep = sweep.number JOIN run ON run.number = sweep_run.run
    WHERE sweep.name = ?
    """
}
