import GRDB

/// A metric's last, least and greatest value over some steps.
struct MetricSummary {
  var last: Double
  var lastStep: Int
  var min: Double?
  var minStep: Int?
  var max: Double?
  var maxStep: Int?

  init(step: Int, value: Double) {
    last = value
    lastStep = step
    guard !value.isNaN else { return }
    min = value
    minStep = step
    max = value
    maxStep = step
  }

  mutating func add(step: Int, value: Double) {
    if step >= lastStep {
      last = value
      lastStep = step
    }
    guard !value.isNaN else { return }
    if let min, let minStep, (min, minStep) <= (value, step) {
    } else {
      min = value
      minStep = step
    }
    if let max, let maxStep, (max, -maxStep) >= (value, -step) {
    } else {
      max = value
      maxStep = step
    }
  }
}

/// The tables `stage_metric` and `run_metric`. Two summaries of separate steps merge into that of both, so a new
/// point costs the same however many there are.
enum MetricSummaries {
  static func add(_ summary: MetricSummary, stage: Int64, key: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO stage_metric (stage, key, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \(merge)"
    ).execute(arguments: [
      stage, key, summary.last, summary.lastStep, summary.min, summary.minStep, summary.max, summary.maxStep,
    ])
    try database.cachedStatement(
      sql: """
        INSERT INTO run_metric (run, key, \(columns))
        SELECT path.run, ?, ?, ?, ?, ?, ?, ? FROM path WHERE path.stage = ? AND path.end_epoch IS NULL
        \(merge)
        """
    ).execute(arguments: [
      key, summary.last, summary.lastStep, summary.min, summary.minStep, summary.max, summary.maxStep, stage,
    ])
    try database.cachedStatement(
      sql: "\(pointsIntoRuns) AND path.stage = ? AND metric.key = ? \(merge)"
    ).execute(arguments: [stage, key])
  }

  /// After points were replaced.
  static func rebuild(stage: Int64, key: Int64, in database: Database) throws {
    try database.execute(sql: "DELETE FROM stage_metric WHERE stage = ? AND key = ?", arguments: [stage, key])
    try database.execute(
      sql: """
        INSERT INTO stage_metric (stage, key, \(columns))
        SELECT
          stage, key, value, step,
          (\(extreme("value", "ASC"))), (\(extreme("step", "ASC"))),
          (\(extreme("value", "DESC"))), (\(extreme("step", "DESC")))
        FROM metric WHERE stage = ? AND key = ? ORDER BY step DESC LIMIT 1
        """, arguments: [stage, key])
    let runs = "(SELECT run FROM path WHERE stage = ?)"
    try database.execute(sql: "DELETE FROM run_metric WHERE key = ? AND run IN \(runs)", arguments: [key, stage])
    try database.execute(
      sql: "\(intoRuns) AND stage_metric.key = ? AND path.run IN \(runs) ORDER BY path.run, path.position \(merge)",
      arguments: [key, stage])
    try database.execute(
      sql: "\(pointsIntoRuns) AND metric.key = ? AND path.run IN \(runs) \(merge)", arguments: [key, stage])
  }

  /// After a run's path was written.
  static func rebuild(run: Int64, in database: Database) throws {
    try database.execute(sql: "DELETE FROM run_metric WHERE run = ?", arguments: [run])
    try database.execute(
      sql: "\(intoRuns) AND path.run = ? ORDER BY path.position \(merge)", arguments: [run])
    try database.execute(sql: "\(pointsIntoRuns) AND path.run = ? \(merge)", arguments: [run])
  }

  private static let columns = "last, last_step, min, min_step, max, max_step"

  private static let intoRuns = """
    INSERT INTO run_metric (run, key, \(columns))
    SELECT path.run, stage_metric.key, last, last_step, min, min_step, max, max_step
    FROM path JOIN stage_metric ON stage_metric.stage = path.stage
    WHERE path.end_epoch IS NULL
    """

  /// Of stages that the run leaves before their end.
  private static let pointsIntoRuns = """
    INSERT INTO run_metric (run, key, \(columns))
    SELECT
      path.run, metric.key, value, step,
      value, iif(value IS NULL, NULL, step), value, iif(value IS NULL, NULL, step)
    FROM path JOIN metric ON metric.stage = path.stage
      AND metric.key IN (SELECT key FROM stage_metric WHERE stage_metric.stage = path.stage)
    WHERE metric.step < path.end_epoch
    """

  private static func extreme(_ column: String, _ direction: String) -> String {
    """
    SELECT point.\(column) FROM metric AS point
    WHERE point.stage = metric.stage AND point.key = metric.key AND point.value IS NOT NULL
    ORDER BY point.value \(direction), point.step LIMIT 1
    """
  }

  private static let merge = """
    ON CONFLICT DO UPDATE SET
      last = iif(excluded.last_step >= last_step, excluded.last, last),
      last_step = max(excluded.last_step, last_step),
      min = iif(min IS NULL OR (excluded.min, excluded.min_step) < (min, min_step), excluded.min, min),
      min_step = iif(min IS NULL OR (excluded.min, excluded.min_step) < (min, min_step), excluded.min_step, min_step),
      max = iif(max IS NULL OR (excluded.max, -excluded.max_step) > (max, -max_step), excluded.max, max),
      max_step = iif(max IS NULL OR (excluded.max, -excluded.max_step) > (max, -max_step), excluded.max_step, max_step)
    """
}
