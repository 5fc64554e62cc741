public import Experiments
import GRDB

/// A metric's value at one step.
public struct MetricPoint: Equatable, Sendable {
  /// 0-based epoch.
  public var step: Int
  /// As it was recorded, NaN and infinities included.
  public var value: Double
  public var time: Timestamp
}

/// Something that happened in a run.
public struct RunEvent: Equatable, Sendable {
  /// Hash of the stage that it happened in.
  public var stage: String
  public var type: String
  /// 0-based.
  public var epoch: Int
  public var payload: Value
  public var time: Timestamp
}

extension RunStore {
  /// The keys that were recorded for a run, or with nil for any run, sorted.
  public func metricKeys(ofRun id: String?) throws -> [String] {
    try read { database in
      guard let id else { return try String.fetchAll(database, sql: "SELECT name FROM metric_key ORDER BY name") }
      return try metricKeys(of: try runNumber(id, in: database, path: path), in: database)
    }
  }

  /// Every point of a metric, by step. Throws `InputError` with the nearest key where the run has none of `key`.
  public func history(ofRun id: String, key: String) throws -> [MetricPoint] {
    try read { database in
      let run = try runNumber(id, in: database, path: path)
      let sql = """
        SELECT step, value, time
        FROM path JOIN metric ON metric.stage = path.stage
        WHERE path.run = ? AND metric.key = (SELECT number FROM metric_key WHERE name = ?)
          AND (path.end_epoch IS NULL OR step < path.end_epoch)
        ORDER BY step, path.position
        """
      var points: [MetricPoint] = []
      let cursor = try Row.fetchCursor(database, sql: sql, arguments: [run, key])
      while let row = try cursor.next() {
        points.append(MetricPoint(step: row[0], value: row[1] ?? .nan, time: Timestamp(milliseconds: row[2])))
      }
      guard points.isEmpty else { return points }
      let keys = try metricKeys(of: run, in: database)
      throw InputError(
        keys.isEmpty ? "run \(id) has recorded no metric yet" : "run \(id) has no metric '\(key)'", file: path,
        suggestion: InputError.nearest(to: key, among: keys))
    }
  }

  /// By epoch, then as they came.
  public func events(ofRun id: String) throws -> [RunEvent] {
    try read { database in
      let sql = """
        SELECT stage.hash, path.position, epoch, type, payload, time, event.attempt, sequence
        FROM path JOIN event ON event.stage = path.stage JOIN stage ON stage.number = path.stage
        WHERE path.run = :run AND (path.end_epoch IS NULL OR epoch < path.end_epoch)
        UNION ALL
        SELECT
          (SELECT hash FROM path JOIN stage ON stage.number = path.stage
           WHERE path.run = :run AND stage.kind = 'train' ORDER BY position DESC LIMIT 1),
          9e999, epoch, type, payload, time, 0, 0
        FROM run_event WHERE run_event.run = :run
        ORDER BY epoch, position, attempt, sequence
        """
      let run = try runNumber(id, in: database, path: path)
      return try Row.fetchAll(database, sql: sql, arguments: ["run": run]).map { row in
        RunEvent(
          stage: row["hash"], type: row["type"], epoch: row["epoch"], payload: try Value(json: row["payload"]),
          time: Timestamp(milliseconds: row["time"]))
      }
    }
  }

  /// What the attempts that made the run's results told of their surroundings, later stages over earlier ones: host,
  /// versions, git commit, the data's hash, counts of the network's parameters.
  public func environment(ofRun id: String) throws -> [String: Value] {
    try environments(ofRun: id).reduce(into: [:]) { all, stage in all.merge(stage) { $1 } }
  }

  /// The same, a stage of the run's path after the other.
  public func environments(ofRun id: String) throws -> [[String: Value]] {
    try read { database in
      let sql = """
        SELECT attempt.host, attempt.environment FROM path
        JOIN stage ON stage.number = path.stage
        JOIN attempt ON attempt.stage = stage.number AND attempt.number = stage.attempts
        WHERE path.run = ? ORDER BY path.position
        """
      let run = try runNumber(id, in: database, path: path)
      return try Row.fetchAll(database, sql: sql, arguments: [run]).map { row in
        ["host": .string(row["host"])].merging(try Parameters(json: row["environment"])) { $1 }
      }
    }
  }

  private func metricKeys(of run: Int64, in database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM run_metric JOIN metric_key ON metric_key.number = run_metric.key
        WHERE run = ? ORDER BY name
        """, arguments: [run])
  }
}
