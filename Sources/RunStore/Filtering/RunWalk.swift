import GRDB

/// Runs in an order, read from an index as far as they are wanted.
struct RunWalk {
  /// One after the other, they select the numbers of runs that have a value, in its order, and the value unless ties are
  /// broken.
  let selections: [RunSelection]
  /// Runs of equal values are in the order of their ids.
  let breaksTies: Bool

  private init(_ sql: String, _ values: StatementArguments = [], breaksTies: Bool = false) {
    self.init([RunSelection(sql, values)], breaksTies: breaksTies)
  }

  private init(_ selections: [RunSelection], breaksTies: Bool = false) {
    self.selections = selections
    self.breaksTies = breaksTies
  }

  static let newestFirst = RunWalk("SELECT number FROM run ORDER BY created_at DESC, id", breaksTies: true)

  /// Numbers come before texts. Nil where the store holds no runs.
  init?(_ order: RunOrder, in database: Database) throws {
    let direction = order.descending ? "DESC" : "ASC"
    switch try FilterNames(database).column(of: order.key, in: order.source) {
    case nil: return nil
    case .metric(let number, .at(let epoch)):
      let points = MetricAspect.atEpoch("path.run, metric.value")
      self.init("\(points) AND metric.value IS NOT NULL ORDER BY metric.value \(direction)", [number, epoch])
    case .metric(let number, let aspect):
      let column = aspect == .min ? "min" : aspect == .max ? "max" : "last"
      self.init(
        "SELECT run, \(column) FROM run_metric WHERE key = ? AND \(column) IS NOT NULL ORDER BY \(column) \(direction)",
        [number])
    case .parameter(let number):
      let rows = "FROM run_parameter WHERE parameter = ? AND type <> 'null' AND value"
      self.init([
        RunSelection("SELECT run, value \(rows) IS NOT NULL ORDER BY value \(direction)", [number]),
        RunSelection("SELECT run, text \(rows) IS NULL ORDER BY text \(direction)", [number]),
      ])
    case .tag(let name):
      self.init("SELECT run, value FROM tag WHERE key = ? ORDER BY value \(direction)", [name])
    case .attribute(.sweep):
      self.init(
        """
        SELECT sweep_run.run, sweep.name FROM sweep CROSS JOIN sweep_run ON sweep_run.sweep = sweep.number
        ORDER BY sweep.name \(direction)
        """)
    case .attribute(let attribute):
      let column = attribute.sql
      self.init(
        "SELECT run.number FROM run WHERE \(column) IS NOT NULL ORDER BY \(column) \(direction), run.id",
        breaksTies: true)
    }
  }

  /// Of `chosen` (nil: of all) the first `limit`, those without a value last, ties by id.
  func runs(among chosen: RunSet?, limit: Int?, in database: Database) throws -> [Int64] {
    let limit = min(limit ?? .max, chosen?.count ?? .max)
    guard limit > 0 else { return [] }
    var runs = try withValue(among: chosen, limit: limit, in: database)
    if runs.count < limit {
      var seen = RunSet()
      for run in runs { seen.insert(run) }
      try Self.byID(in: database) { run in
        if chosen?.contains(run) ?? true, !seen.contains(run) { runs.append(run) }
        return runs.count < limit
      }
    }
    return runs.count > limit ? Array(runs[..<limit]) : runs
  }

  private func withValue(among chosen: RunSet?, limit: Int, in database: Database) throws -> [Int64] {
    var runs: [Int64] = []
    var tied: [Range<Int>] = []
    var start = 0
    var last = DatabaseValue.null
    func endTie() { if runs.count - start > 1 { tied.append(start..<runs.count) } }
    for selection in selections {
      try selection.scan(in: database) { row in
        let run = row.int64(0)
        guard chosen?.contains(run) ?? true else { return true }
        if !breaksTies {
          let value = row.value(1)
          if value != last {
            endTie()
            (start, last) = (runs.count, value)
            if runs.count >= limit { return false }
          }
        }
        runs.append(run)
        return !breaksTies || runs.count < limit
      }
      if runs.count >= limit { break }
    }
    endTie()
    if breaksTies || tied.isEmpty { return runs }
    let ranks = try Self.ranks(of: tied.flatMap { runs[$0] }, in: database)
    for range in tied { runs[range].sort { ranks[$0, default: 0] < ranks[$1, default: 0] } }
    return runs
  }

  private static func byID(in database: Database, _ body: (Int64) throws -> Bool) throws {
    try database.cachedStatement(sql: "SELECT number FROM run ORDER BY id").scan { try body($0.int64(0)) }
  }

  /// Where each of `runs` stands in the order of ids.
  private static func ranks(of runs: [Int64], in database: Database) throws -> [Int64: Int] {
    var ranks: [Int64: Int] = [:]
    func add(_ run: Int64) { ranks[run] = ranks.count }
    if runs.count > 1000 {
      try byID(in: database) { run in
        add(run)
        return true
      }
    } else {
      let statement = try database.cachedStatement(
        sql: "SELECT number FROM json_each(?) AS tied CROSS JOIN run ON run.number = tied.value ORDER BY run.id")
      statement.bind(runs.jsonArray, at: 1)
      try statement.eachRow { add($0.int64(0)) }
    }
    return ranks
  }
}

extension [Int64] {
  /// For SQL's `json_each`.
  var jsonArray: String { "[\(map(String.init).joined(separator: ","))]" }
}
