import GRDB

/// Points of one metric that a transaction writes together.
struct GatheredPoints {
  let place: MetricPlace
  private(set) var steps: [Int]
  private(set) var values: [Double]
  private(set) var summary: MetricSummary
  /// Milliseconds since 1970.
  private var times: [Int]
  private var sequences: [Int]
  private var isAscending = true

  init(place: MetricPlace, step: Int, value: Double, time: Timestamp, sequence: Int) {
    self.place = place
    steps = [step]
    values = [value]
    summary = MetricSummary(step: step, value: value)
    times = [time.milliseconds]
    sequences = [sequence]
  }

  /// Gives how many there are then.
  mutating func add(step: Int, value: Double, time: Timestamp, sequence: Int) -> Int {
    if let last = steps.last, step <= last { isAscending = false }
    steps.append(step)
    values.append(value)
    summary.add(step: step, value: value)
    times.append(time.milliseconds)
    sequences.append(sequence)
    return steps.count
  }

  /// By step, as the table has them.
  var sorted: GatheredPoints {
    if isAscending { return self }
    let order = steps.indices.sorted { (steps[$0], sequences[$0]) < (steps[$1], sequences[$1]) }
    var points = self
    points.steps = order.map { steps[$0] }
    points.values = order.map { values[$0] }
    points.times = order.map { times[$0] }
    points.sequences = order.map { sequences[$0] }
    return points
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
    if steps.count >= Self.rows {
      let many = try database.cachedStatement(sql: Self.insertMany)
      while steps.count - index >= Self.rows { try insert(Self.rows, with: many) }
    }
    let one = try database.cachedStatement(sql: Self.insertOne)
    while index < steps.count { try insert(1, with: one) }
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
    for (row, index) in indices.enumerated() {
      statement.bind(steps[index], at: 4 * row + 4)
      statement.bind(values[index], at: 4 * row + 5)
      statement.bind(times[index], at: 4 * row + 6)
      statement.bind(sequences[index], at: 4 * row + 7)
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
