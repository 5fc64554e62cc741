import GRDB

/// SQL that selects numbers of runs, with its bound values.
///
/// Each selection reads one quantity of all runs from one index, in order. Joins of them in SQL would look up every run
/// in every table.
struct RunSelection {
  let sql: String
  let values: StatementArguments
  /// All runs but those are meant.
  var isComplement = false

  init(_ sql: String, _ values: StatementArguments = []) {
    self.sql = sql
    self.values = values
  }

  var complement: RunSelection {
    var selection = self
    selection.isComplement.toggle()
    return selection
  }

  /// The runs that the SQL selects.
  func runs(in database: Database) throws -> RunSet {
    var runs = RunSet()
    try scan(in: database) { row in
      runs.insert(row.int64(0))
      return true
    }
    return runs
  }

  /// Calls `body` at each row until it gives false.
  func scan(in database: Database, _ body: (DirectRow) throws -> Bool) throws {
    let statement = try database.cachedStatement(sql: sql)
    try statement.setArguments(values)
    try statement.scan(body)
  }
}
