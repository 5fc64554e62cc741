public import Experiments
import Foundation
import GRDB

/// One try at executing a stage.
public struct Attempt: Equatable, Sendable {
  /// 1-based.
  public var number: Int
  public var host: String
  /// Process id on that host.
  public var process: Int
  public var status: Status
  /// Why it failed.
  public var message: String?
  public var startedAt: Timestamp
  public var endedAt: Timestamp?
  public var environment: [String: Value]
}

extension RunStore {
  /// In order.
  public func attempts(of stage: String) throws -> [Attempt] {
    try read { database in
      let sql = """
        SELECT
          attempt.number, host, process, \(SQLText.attemptStatus) AS status,
          \(SQLText.attemptMessage) AS message, attempt.started_at, attempt.ended_at, environment
        FROM attempt JOIN stage ON stage.number = attempt.stage
        WHERE stage.hash = ? ORDER BY attempt.number
        """
      return try Row.fetchAll(database, sql: sql, arguments: [stage]).map { row in
        Attempt(
          number: row["number"], host: row["host"], process: row["process"], status: try Status(row["status"]),
          message: row["message"], startedAt: Timestamp(milliseconds: row["started_at"]),
          endedAt: Timestamp(row["ended_at"]), environment: try Parameters(json: row["environment"]))
      }
    }
  }

  /// Marks an attempt as ended, for a launcher whose trainer died without a word as well.
  ///
  /// An attempt that has ended stays as it is. Throws `InputError` where the stage is not registered.
  public func end(stage: String, attempt: Int, status: Status, message: String?) throws {
    try write(synced: true) { database in
      guard let row = try StageRow.named(stage, in: database) else {
        throw InputError("no stage \(stage) is registered", file: path)
      }
      try Attempts.end(
        stage: row.number, attempt: attempt, status: status, message: message, at: .now, in: database)
      try Progress.refresh(stage: row.number, in: database)
    }
  }

  /// Marks as failed every attempt of this host whose process is gone. Queries show them so without it.
  public func endDeadAttempts() throws {
    try write { database in
      let sql = """
        SELECT stage.number, attempt.number FROM stage JOIN attempt ON attempt.stage = stage.number
        WHERE stage.status = 'RUNNING' AND attempt.status = 'RUNNING' AND process_gone(stage.hash, attempt.host)
        """
      for row in try Row.fetchAll(database, sql: sql) {
        try Attempts.end(
          stage: row[0], attempt: row[1], status: .failed, message: Attempts.processGone, in: database)
        try Progress.refresh(stage: row[0], in: database)
      }
    }
  }
}

enum Attempts {
  static let processGone = "the process is gone"

  /// Begins the next attempt; one before it that never ended has failed.
  /// - Returns: its number.
  static func begin(
    _ stage: StageRow, host: String, process: Int, environment: [String: Value], at time: Timestamp,
    in database: Database
  ) throws -> Int {
    if stage.attempts > 0 {
      try end(stage: stage.number, attempt: stage.attempts, status: .failed, message: processGone, in: database)
    }
    try database.execute(
      sql: """
        INSERT INTO attempt (stage, number, host, process, status, environment, started_at)
        VALUES (?, ?, ?, ?, 'RUNNING', ?, ?)
        """,
      arguments: [
        stage.number, stage.attempts + 1, host, process, environment.json, time.milliseconds,
      ])
    try Progress.refresh(stage: stage.number, in: database)
    return stage.attempts + 1
  }

  /// Without a time, an attempt ended when it last recorded something.
  static func end(
    stage: Int64, attempt: Int, status: Status, message: String?, at time: Timestamp? = nil, in database: Database
  ) throws {
    try database.execute(
      sql: """
        UPDATE attempt SET status = ?, message = ?, ended_at = coalesce(?, (
          SELECT max(time) FROM (
            SELECT attempt.started_at AS time
            UNION ALL SELECT time FROM metric WHERE metric.stage = attempt.stage AND metric.attempt = attempt.number
            UNION ALL SELECT time FROM event WHERE event.stage = attempt.stage AND event.attempt = attempt.number)))
        WHERE stage = ? AND number = ? AND status = 'RUNNING'
        """, arguments: [status.rawValue, message, time?.milliseconds, stage, attempt])
    try MetricSummaries.settle(stage: stage, in: database)
  }
}
