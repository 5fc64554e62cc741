import Experiments
import GRDB

extension RunStore {
  /// A metric's points, thinned for a chart: at most `points` of them, among which are the least and the greatest value
  /// of each of the stretches that the steps are cut into, the first point and the last. Where a stretch has values
  /// that are not finite, the first of them comes on top. All points, where there are no more than that.
  ///
  /// Stretches are 2ᵏ steps long, with the least k that will do, and end with the stages. `points` is at least 4; runs of
  /// very many stages give more. Throws `InputError` as `history(ofRun:key:)` does.
  public func history(ofRun id: String, key: String, points: Int) throws -> [MetricPoint] {
    let thinned = try read { database -> [MetricPoint]? in
      let parts = try HistoryPart.parts(
        of: try runNumber(id, in: database, path: path), key: key, in: database)
      guard try !HistoryPart.hasAtMost(points, parts, in: database), let first = parts.first, let last = parts.last
      else { return nil }
      let shift = (0..<62).first { shift in 2 + 2 * parts.reduce(0) { $0 + $1.stretches(shift) } <= points } ?? 62
      var thinned: [MetricPoint] = []
      for part in parts {
        var steps = try part.extremes(shift: shift, in: database)
        if part.place == first.place { steps.insert(first.steps.lowerBound) }
        if part.place == last.place { steps.insert(last.steps.upperBound - 1) }
        thinned += try part.points(at: steps.sorted(), in: database)
      }
      return thinned.enumerated().sorted { ($0.element.step, $0.offset) < ($1.element.step, $1.offset) }.map(\.element)
    }
    return try thinned ?? history(ofRun: id, key: key)
  }
}

/// What one stage has of a run's metric.
private struct HistoryPart {
  let place: MetricPlace
  /// From its first point to its last.
  let steps: Range<Int>

  static func parts(of run: Int64, key: String, in database: Database) throws -> [HistoryPart] {
    let sql = """
      SELECT
        path.stage, metric_key.number,
        (SELECT min(step) FROM metric WHERE metric.stage = path.stage AND metric.key = metric_key.number),
        (SELECT max(step) FROM metric WHERE metric.stage = path.stage AND metric.key = metric_key.number
           AND step < coalesce(path.end_epoch, 9223372036854775807))
      FROM path CROSS JOIN metric_key WHERE path.run = ? AND metric_key.name = ? ORDER BY path.position
      """
    let parts = try Row.fetchAll(database, sql: sql, arguments: [run, key]).compactMap { row -> HistoryPart? in
      guard let first: Int = row[2], let last: Int = row[3], first <= last else { return nil }
      return HistoryPart(place: MetricPlace(stage: row[0], key: row[1]), steps: first..<last + 1)
    }
    return parts.sorted { $0.steps.lowerBound < $1.steps.lowerBound }
  }

  static func hasAtMost(_ points: Int, _ parts: [HistoryPart], in database: Database) throws -> Bool {
    var left = points
    for part in parts where left >= 0 {
      let count = try database.cachedStatement(
        sql: """
          SELECT count(*) FROM (
            SELECT 1 FROM metric WHERE stage = ? AND key = ? AND step >= ? AND step < ? LIMIT ?)
          """)
      let arguments: StatementArguments = [
        part.place.stage, part.place.key, part.steps.lowerBound, part.steps.upperBound, left + 1,
      ]
      left -= try Int.fetchOne(count, arguments: arguments) ?? 0
    }
    return left >= 0
  }

  /// Into how many stretches of 2 to the power of `shift` steps it is cut.
  func stretches(_ shift: Int) -> Int { ((steps.upperBound - 1) >> shift) - (steps.lowerBound >> shift) + 1 }

  /// The steps of the extremes of each stretch.
  func extremes(shift: Int, in database: Database) throws -> Set<Int> {
    var stretches: [Int: MetricExtremes] = [:]
    let level = MetricPyramid.levels.last { MetricPyramid.shift($0) <= shift } ?? -1
    try MetricPyramid.eachExtremes(of: place, steps: steps, level: level, in: database) { step, extremes in
      stretches[step >> shift, default: MetricExtremes()].add(extremes)
    }
    return Set(stretches.values.flatMap(\.steps))
  }

  func points(at steps: [Int], in database: Database) throws -> [MetricPoint] {
    let select = try database.cachedStatement(
      sql: "SELECT value, time FROM metric WHERE stage = ? AND key = ? AND step = ?")
    select.bind(place.stage, at: 1)
    select.bind(place.key, at: 2)
    var points: [MetricPoint] = []
    for step in steps {
      select.bind(step, at: 3)
      try select.eachRow { row in
        points.append(
          MetricPoint(step: step, value: row.doubleOrNil(0) ?? .nan, time: Timestamp(milliseconds: row.int(1))))
      }
    }
    return points
  }
}
