import GRDB

/// What attempts come to for their stage, and stages for the runs that need them. Kept in the tables `stage` and
/// `run`, since far more is asked than begins or ends.
enum Progress {
  static func refresh(stage: Int64, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE stage SET (status, attempts, started_at, ended_at, seconds) = (
          SELECT
            (SELECT status FROM attempt WHERE stage = stage.number ORDER BY attempt.number DESC LIMIT 1),
            max(attempt.number), min(attempt.started_at),
            CASE WHEN count(*) = count(attempt.ended_at) THEN max(attempt.ended_at) END,
            total(attempt.ended_at - attempt.started_at) / 1000
          FROM attempt WHERE attempt.stage = stage.number)
        WHERE number = ?
        """, arguments: [stage])
    try database.execute(
      sql: "UPDATE run SET \(runColumns) WHERE number IN (SELECT run FROM path WHERE stage = ?)", arguments: [stage])
  }

  static func refresh(run: Int64, in database: Database) throws {
    try database.execute(sql: "UPDATE run SET \(runColumns) WHERE number = ?", arguments: [run])
  }

  private static let runColumns = """
    (status, started_at, ended_at, wall_seconds) = (
      SELECT status, started_at, CASE WHEN status NOT IN ('RUNNING', 'SCHEDULED') THEN ended_at END, seconds
      FROM (
        SELECT
          CASE
            WHEN total(stage.status = 'RUNNING') > 0 THEN 'RUNNING'
            WHEN total(stage.status = 'FAILED') > 0 THEN 'FAILED'
            WHEN total(stage.status = 'KILLED') > 0 THEN 'KILLED'
            WHEN total(stage.status <> 'FINISHED') = 0 THEN 'FINISHED'
            ELSE 'SCHEDULED'
          END AS status,
          min(stage.started_at) AS started_at, max(stage.ended_at) AS ended_at,
          total(stage.seconds * coalesce(
            1.0 * (path.end_epoch - stage.first_epoch) / (stage.end_epoch - stage.first_epoch), 1)) AS seconds
        FROM path JOIN stage ON stage.number = path.stage
        WHERE path.run = run.number))
    """
}
