import GRDB

/// A metric's last, least and greatest value over some steps: last at the greatest step, the others over all values but
/// NaN and at their earliest steps.
struct MetricSummary {
  var last: Double
  var lastStep: Int
  var min: Double?
  var minStep: Int?
  var max: Double?
  var maxStep: Int?

  init(last: Double, lastStep: Int) {
    self.last = last
    self.lastStep = lastStep
  }

  init(step: Int, value: Double) {
    self.init(last: value, lastStep: step)
    add(step: step, value: value)
  }

  mutating func add(step: Int, value: Double) {
    if step >= lastStep { (last, lastStep) = (value, step) }
    guard !value.isNaN else { return }
    if min == nil || (value, step) < (min ?? value, minStep ?? step) { (min, minStep) = (value, step) }
    if max == nil || (-value, step) < (-(max ?? value), maxStep ?? step) { (max, maxStep) = (value, step) }
  }

  /// Adds what is known of other steps.
  mutating func add(_ other: MetricSummary) {
    if let value = other.min, let step = other.minStep { add(step: step, value: value) }
    if let value = other.max, let step = other.maxStep { add(step: step, value: value) }
    add(step: other.lastStep, value: other.last)
  }
}

/// The tables `stage_metric` and `run_metric`. Two summaries of separate steps merge into that of both, so a new
/// point costs the same however many there are.
///
/// What a point changes in `run_metric` is written with it. `stage_metric` follows once a point lies beyond the bucket
/// of 64 steps that its last one lies in, and when an attempt ends: a page less to write with nearly every point.
enum MetricSummaries {
  /// What `stage_metric` tells: nothing of points that lie behind its last step in the same bucket.
  static func told(of place: MetricPlace, in database: Database) throws -> MetricSummary? {
    let select = try database.cachedStatement(
      sql: "SELECT last, last_step, min, min_step, max, max_step FROM stage_metric WHERE stage = ? AND key = ?")
    select.bind(place.stage, at: 1)
    select.bind(place.key, at: 2)
    var summary: MetricSummary?
    try select.eachRow { row in
      var found = MetricSummary(last: row.doubleOrNil(0) ?? .nan, lastStep: row.int(1))
      (found.min, found.minStep) = (row.doubleOrNil(2), row.intOrNil(3))
      (found.max, found.maxStep) = (row.doubleOrNil(4), row.intOrNil(5))
      summary = found
    }
    return summary
  }

  /// Adds new points of a metric, which are sorted, to what is known of it, buckets included.
  static func add(_ points: GatheredPoints, in database: Database) throws {
    try addToStage(points, in: database)
    try addToRuns(points, in: database)
  }

  private static func addToStage(_ points: GatheredPoints, in database: Database) throws {
    let told = try told(of: points.place, in: database)
    if let told, let first = points.points.first?.step, first > told.lastStep,
      MetricPyramid.bucket(of: points.summary.lastStep) == MetricPyramid.bucket(of: told.lastStep)
    {
      return
    }
    var summary = points.summary
    if let told {
      try addUntold(of: points.place, after: told.lastStep, to: &summary, in: database)
      summary.add(told)
    }
    try write(summary, to: points.place, isNew: told == nil, in: database)
    try MetricPyramid.refresh(
      points.place, at: points.points.map(\.step), values: points.points.map(\.value), lastStep: told?.lastStep,
      now: summary.lastStep, in: database)
  }

  private static func addUntold(
    of place: MetricPlace, after step: Int, to summary: inout MetricSummary, in database: Database
  ) throws {
    let bucket = MetricPyramid.steps(ofBucket: MetricPyramid.bucket(of: step))
    try MetricPyramid.eachPoint(of: place, steps: step..<bucket.upperBound, in: database) {
      summary.add(step: $0, value: $1)
    }
  }

  /// Has `stage_metric` tell of all points of a stage.
  static func settle(stage: Int64, in database: Database) throws {
    try settle("stage = ?", [stage], in: database)
  }

  private static func settle(
    _ condition: String, _ arguments: StatementArguments, in database: Database
  ) throws {
    let sql = """
      SELECT stage, key FROM stage_metric
      WHERE \(condition) AND EXISTS (
        SELECT 1 FROM metric
        WHERE metric.stage = stage_metric.stage AND metric.key = stage_metric.key AND step > last_step)
      """
    for row in try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments) {
      let place = MetricPlace(stage: row[0], key: row[1])
      guard var summary = try told(of: place, in: database) else { continue }
      try addUntold(of: place, after: summary.lastStep, to: &summary, in: database)
      try write(summary, to: place, isNew: false, in: database)
    }
  }

  private static func write(
    _ summary: MetricSummary, to place: MetricPlace, isNew: Bool, in database: Database
  ) throws {
    let statement = try database.cachedStatement(sql: isNew ? insertStage : updateStage)
    bind(summary, to: statement)
    statement.bind(place.stage, at: 7)
    statement.bind(place.key, at: 8)
    try statement.run()
  }

  private static func addToRuns(_ points: GatheredPoints, in database: Database) throws {
    let summary = points.summary
    let insert = try database.cachedStatement(sql: insertRuns)
    bind(summary, to: insert)
    insert.bind(points.place.stage, at: 7)
    insert.bind(points.place.key, at: 8)
    try insert.run()
    guard let first = points.points.first?.step, first < summary.lastStep else { return }
    // Runs that leave the training at one of these steps.
    try database.cachedStatement(
      sql: """
        \(pointsIntoRuns) AND path.stage = ? AND metric.key = ? AND path.end_epoch > ? AND path.end_epoch <= ?
          AND metric.step >= ?
        \(merge)
        """
    ).execute(arguments: [points.place.stage, points.place.key, first, summary.lastStep, first])
  }

  private static func bind(_ summary: MetricSummary, to statement: Statement) {
    statement.bind(summary.last, at: 1)
    statement.bind(summary.lastStep, at: 2)
    statement.bind(summary.min, at: 3)
    statement.bind(summary.minStep, at: 4)
    statement.bind(summary.max, at: 5)
    statement.bind(summary.maxStep, at: 6)
  }

  /// After points were replaced. Gives what the stage's summary is now, nil where no point is left.
  static func rebuild(_ place: MetricPlace, in database: Database) throws -> MetricSummary? {
    let (stage, key) = (place.stage, place.key)
    var summary: MetricSummary?
    try MetricPyramid.eachPoint(of: place, steps: .min ..< .max, in: database) { step, value in
      if summary?.add(step: step, value: value) == nil { summary = MetricSummary(step: step, value: value) }
    }
    try database.execute(sql: "DELETE FROM stage_metric WHERE stage = ? AND key = ?", arguments: [stage, key])
    if let summary { try write(summary, to: place, isNew: true, in: database) }
    let runs = "(SELECT run FROM path WHERE stage = ?)"
    try settle(
      "key = ? AND stage IN (SELECT stage FROM path WHERE run IN \(runs))", [key, stage], in: database)
    try database.execute(sql: "DELETE FROM run_metric WHERE key = ? AND run IN \(runs)", arguments: [key, stage])
    try database.execute(
      sql: "\(intoRuns) AND stage_metric.key = ? AND path.run IN \(runs) ORDER BY path.run, path.position \(merge)",
      arguments: [key, stage])
    try database.execute(
      sql: "\(pointsIntoRuns) AND metric.key = ? AND path.run IN \(runs) \(merge)", arguments: [key, stage])
    return summary
  }

  /// After a run's path was written.
  static func rebuild(run: Int64, in database: Database) throws {
    try settle("stage IN (SELECT stage FROM path WHERE run = ?)", [run], in: database)
    try database.execute(sql: "DELETE FROM run_metric WHERE run = ?", arguments: [run])
    try database.execute(
      sql: "\(intoRuns) AND path.run = ? ORDER BY path.position \(merge)", arguments: [run])
    try database.execute(sql: "\(pointsIntoRuns) AND path.run = ? \(merge)", arguments: [run])
  }

  private static let columns = "last, last_step, min, min_step, max, max_step"

  private static let insertStage =
    "INSERT INTO stage_metric (\(columns), stage, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
  private static let updateStage = """
    UPDATE stage_metric SET (\(columns)) = (?1, ?2, ?3, ?4, ?5, ?6) WHERE stage = ?7 AND key = ?8
    """
  private static let insertRuns = """
    INSERT INTO run_metric (\(columns), run, key)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, path.run, ?8 FROM path
    WHERE path.stage = ?7 AND (path.end_epoch IS NULL OR path.end_epoch > ?2)
    \(merge)
    """

  private static let intoRuns = """
    INSERT INTO run_metric (run, key, \(columns))
    SELECT path.run, stage_metric.key, last, last_step, min, min_step, max, max_step
    FROM path JOIN stage_metric ON stage_metric.stage = path.stage
    WHERE path.end_epoch IS NULL
    """

  /// Of stages that the run leaves before their end. A stage has few runs and many points: CROSS JOIN has SQLite begin
  /// with the runs.
  private static let pointsIntoRuns = """
    INSERT INTO run_metric (run, key, \(columns))
    SELECT
      path.run, metric.key, value, step,
      value, iif(value IS NULL, NULL, step), value, iif(value IS NULL, NULL, step)
    FROM path CROSS JOIN metric ON metric.stage = path.stage
      AND metric.key IN (SELECT key FROM stage_metric WHERE stage_metric.stage = path.stage)
    WHERE metric.step < path.end_epoch
    """

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
