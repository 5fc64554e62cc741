import GRDB

/// Points of one metric that a transaction writes together.
struct GatheredPoints {
  struct Point {
    let step: Int
    let value: Double
    let time: Timestamp
    let sequence: Int
  }

  let place: MetricPlace
  private(set) var points: [Point]
  private(set) var summary: MetricSummary
  private var isAscending = true

  init(place: MetricPlace, _ point: Point) {
    self.place = place
    points = [point]
    summary = MetricSummary(step: point.step, value: point.value)
  }

  mutating func add(_ point: Point) {
    if let last = points.last, point.step <= last.step { isAscending = false }
    points.append(point)
    summary.add(step: point.step, value: point.value)
  }

  /// Orders them by step, as the table has them.
  mutating func sort() {
    if isAscending { return }
    points.sort { ($0.step, $0.sequence) < ($1.step, $1.sequence) }
    isAscending = true
  }

  /// Writes them, each unless the same attempt or a later one has said more of its step. Gives whether all were new,
  /// so that what is known of the metric only grows.
  func write(attempt: Int, in database: Database) throws -> Bool {
    var allAreNew = true
    var index = 0
    func insert(_ count: Int, with statement: Statement) throws {
      bind(index..<index + count, attempt: attempt, to: statement)
      try statement.run()
      if database.changesCount < count {
        for old in index..<index + count { try replace(old, attempt: attempt, in: database) }
        allAreNew = false
      }
      index += count
    }
    if points.count >= Self.rows {
      let many = try database.cachedStatement(sql: Self.insertMany)
      while points.count - index >= Self.rows { try insert(Self.rows, with: many) }
    }
    let one = try database.cachedStatement(sql: Self.insertOne)
    while index < points.count { try insert(1, with: one) }
    return allAreNew
  }

  private func replace(_ index: Int, attempt: Int, in database: Database) throws {
    let upsert = try database.cachedStatement(sql: Self.upsertOne)
    bind(index..<index + 1, attempt: attempt, to: upsert)
    try upsert.run()
  }

  private func bind(_ indices: Range<Int>, attempt: Int, to statement: Statement) {
    statement.bind(place.stage, at: 1)
    statement.bind(place.key, at: 2)
    statement.bind(attempt, at: 3)
    for (row, point) in points[indices].enumerated() {
      statement.bind(point.step, at: 4 * row + 4)
      statement.bind(point.value, at: 4 * row + 5)
      statement.bind(point.time.milliseconds, at: 4 * row + 6)
      statement.bind(point.sequence, at: 4 * row + 7)
    }
  }

  /// So many in one statement cost a third of what they cost one by one.
  private static let rows = 50
  private static let insertMany = "\(insert(rows: rows)) ON CONFLICT DO NOTHING"
  private static let insertOne = "\(insert(rows: 1)) ON CONFLICT DO NOTHING"
  private static let upsertOne = """
    \(insert(rows: 1)) ON CONFLICT DO UPDATE
    SET value = excluded.value, time = excluded.time, attempt = excluded.attempt, sequence = excluded.sequence
    WHERE (excluded.attempt, excluded.sequence) > (attempt, sequence)
    """

  private static func insert(rows: Int) -> String {
    let values = (0..<rows).map { "(?1, ?2, ?\(4 * $0 + 4), ?\(4 * $0 + 5), ?\(4 * $0 + 6), ?3, ?\(4 * $0 + 7))" }
    return "INSERT INTO metric (stage, key, step, value, time, attempt, sequence) VALUES "
      + values.joined(separator: ", ")
  }
}
