import GRDB

/// The table `metric_bucket`: a metric's extremes over buckets of 64 steps, of 8 such buckets, of 8 of these, and so
/// on, so that a chart of a million points reads some thousand rows.
///
/// A bucket is there once a point lies beyond it, so most points cost nothing here; what the last bucket of a level
/// would tell is read from the level below, and in the end from the points.
enum MetricPyramid {
  static let levels = 0..<8

  /// A bucket of the level covers 2 to this power steps.
  static func shift(_ level: Int) -> Int { 6 + 3 * level }

  /// Of the lowest level.
  static func bucket(of step: Int) -> Int { step >> shift(0) }

  /// The same way back.
  static func steps(ofBucket bucket: Int) -> Range<Int> { bucket << shift(0)..<(bucket + 1) << shift(0) }

  /// Brings the buckets up to date after points of a metric were added, replaced or taken away.
  ///
  /// - Parameters:
  ///   - steps: Where that was, ascending.
  ///   - values: At `steps`, where each of them is a new point; else nil.
  ///   - old: The metric's last step before, or another of its bucket; nil where there was none.
  ///   - new: The last step now.
  static func refresh(
    _ place: MetricPlace, at steps: [Int], values: [Double]?, lastStep old: Int?, now new: Int?, in database: Database
  ) throws {
    if let old, new.map({ $0 < old }) ?? true {
      for level in levels {
        let delete = try database.cachedStatement(
          sql: "DELETE FROM metric_bucket WHERE stage = ? AND key = ? AND level = ? AND bucket >= ?")
        bind(place, level, to: delete)
        delete.bind(new.map { $0 >> shift(level) } ?? Int.min, at: 4)
        try delete.run()
      }
    }
    guard let new else { return }
    var buckets = closed(steps + (old.map { [$0] } ?? []), before: new, level: 0)
    guard !buckets.isEmpty else { return }
    let fresh = values.map { newBuckets(steps, $0, after: old) } ?? [:]
    for level in levels {
      for bucket in buckets {
        let known = level == 0 ? fresh[bucket] : nil
        try write(
          known ?? extremes(of: place, level: level, bucket: bucket, in: database), place, level, bucket, database)
      }
      guard level + 1 < levels.count else { return }
      buckets = closed(buckets.map { $0 << shift(level) }, before: new, level: level + 1)
      if buckets.isEmpty { return }
    }
  }

  /// For metrics that were recorded before there were buckets.
  static func buildAll(in database: Database) throws {
    let places = try Row.fetchAll(database, sql: "SELECT stage, key, last_step FROM stage_metric")
    let points = try database.makeStatement(
      sql: "SELECT step, value FROM metric WHERE stage = ? AND key = ? ORDER BY step")
    for row in places {
      let place = MetricPlace(stage: row[0], key: row[1])
      var steps: [Int] = []
      var values: [Double] = []
      points.bind(place.stage, at: 1)
      points.bind(place.key, at: 2)
      try points.eachRow {
        steps.append($0.int(0))
        values.append($0.doubleOrNil(1) ?? .nan)
      }
      try refresh(place, at: steps, values: values, lastStep: nil, now: row[2], in: database)
    }
  }

  /// Buckets that hold one of `steps` and end before or at the beginning of the last one, ascending.
  private static func closed(_ steps: [Int], before lastStep: Int, level: Int) -> [Int] {
    let end = lastStep >> shift(level)
    var buckets: [Int] = []
    for step in steps {
      let bucket = step >> shift(level)
      if bucket < end, bucket != buckets.last { buckets.append(bucket) }
    }
    return Set(buckets).sorted()
  }

  /// Of the lowest level, those of which no point was there before.
  private static func newBuckets(_ steps: [Int], _ values: [Double], after old: Int?) -> [Int: MetricExtremes] {
    let known = old.map(bucket) ?? Int.min
    var buckets: [Int: MetricExtremes] = [:]
    var (current, extremes) = (known, MetricExtremes())
    for (step, value) in zip(steps, values) {
      let bucket = bucket(of: step)
      if bucket != current {
        if current > known { buckets[current] = extremes }
        (current, extremes) = (bucket, MetricExtremes())
      }
      extremes.add(step: step, value: value)
    }
    if current > known { buckets[current] = extremes }
    return buckets
  }

  private static func extremes(
    of place: MetricPlace, level: Int, bucket: Int, in database: Database
  ) throws -> MetricExtremes {
    var extremes = MetricExtremes()
    if level == 0 {
      try eachPoint(of: place, steps: steps(ofBucket: bucket), in: database) { extremes.add(step: $0, value: $1) }
    } else {
      try eachBucket(of: place, level: level - 1, buckets: bucket << 3..<(bucket + 1) << 3, in: database) {
        extremes.add($1)
      }
    }
    return extremes
  }

  /// Gives extremes that cover the steps, each with the first step of its bucket: from buckets of `level` where they
  /// lie within, else from lower ones, and at the edges from points. With a level of −1, all points.
  static func eachExtremes(
    of place: MetricPlace, steps: Range<Int>, level: Int, in database: Database,
    _ body: (Int, MetricExtremes) -> Void
  ) throws {
    guard level >= 0 else {
      return try eachPoint(of: place, steps: steps, in: database) { step, value in
        var extremes = MetricExtremes()
        extremes.add(step: step, value: value)
        body(step, extremes)
      }
    }
    let lastStep = try MetricSummaries.told(of: place, in: database)?.lastStep ?? steps.lowerBound
    let shift = shift(level)
    let first = (steps.lowerBound + (1 << shift) - 1) >> shift
    let end = min(steps.upperBound, lastStep) >> shift
    guard first < end else {
      return try eachExtremes(of: place, steps: steps, level: level - 1, in: database, body)
    }
    let edges = [steps.lowerBound..<first << shift, end << shift..<steps.upperBound]
    for edge in edges where !edge.isEmpty {
      try eachExtremes(of: place, steps: edge, level: level - 1, in: database, body)
    }
    try eachBucket(of: place, level: level, buckets: first..<end, in: database) { body($0 << shift, $1) }
  }

  static func eachPoint(
    of place: MetricPlace, steps: Range<Int>, in database: Database, _ body: (Int, Double) -> Void
  ) throws {
    let select = try database.cachedStatement(
      sql: "SELECT step, value FROM metric WHERE stage = ? AND key = ? AND step >= ? AND step < ? ORDER BY step")
    select.bind(place.stage, at: 1)
    select.bind(place.key, at: 2)
    select.bind(steps.lowerBound, at: 3)
    select.bind(steps.upperBound, at: 4)
    try select.eachRow { body($0.int(0), $0.doubleOrNil(1) ?? .nan) }
  }

  static func eachBucket(
    of place: MetricPlace, level: Int, buckets: Range<Int>, in database: Database, _ body: (Int, MetricExtremes) -> Void
  ) throws {
    let select = try database.cachedStatement(
      sql: """
        SELECT bucket, min, min_step, max, max_step, not_finite_step FROM metric_bucket
        WHERE stage = ? AND key = ? AND level = ? AND bucket >= ? AND bucket < ? ORDER BY bucket
        """)
    bind(place, level, to: select)
    select.bind(buckets.lowerBound, at: 4)
    select.bind(buckets.upperBound, at: 5)
    try select.eachRow { row in
      body(
        row.int(0),
        MetricExtremes(
          min: row.doubleOrNil(1), minStep: row.intOrNil(2), max: row.doubleOrNil(3), maxStep: row.intOrNil(4),
          notFiniteStep: row.intOrNil(5)))
    }
  }

  private static func write(
    _ extremes: MetricExtremes, _ place: MetricPlace, _ level: Int, _ bucket: Int, _ database: Database
  ) throws {
    guard extremes != MetricExtremes() else {
      let delete = try database.cachedStatement(
        sql: "DELETE FROM metric_bucket WHERE stage = ? AND key = ? AND level = ? AND bucket = ?")
      bind(place, level, to: delete)
      delete.bind(bucket, at: 4)
      return try delete.run()
    }
    let insert = try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO metric_bucket
          (stage, key, level, bucket, min, min_step, max, max_step, not_finite_step)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    bind(place, level, to: insert)
    insert.bind(bucket, at: 4)
    insert.bind(extremes.min, at: 5)
    insert.bind(extremes.minStep, at: 6)
    insert.bind(extremes.max, at: 7)
    insert.bind(extremes.maxStep, at: 8)
    insert.bind(extremes.notFiniteStep, at: 9)
    try insert.run()
  }

  private static func bind(_ place: MetricPlace, _ level: Int, to statement: Statement) {
    statement.bind(place.stage, at: 1)
    statement.bind(place.key, at: 2)
    statement.bind(level, at: 3)
  }
}
