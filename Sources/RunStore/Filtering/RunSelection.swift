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
    let statement = try database.cachedStatement(sql: sql)
    try statement.setArguments(values)
    var runs = RunSet()
    try statement.eachRow { runs.insert($0.int64(0)) }
    return runs
  }
}
