import Experiments
import GRDB

/// Which runs, and in which order: SQL with its bound values.
struct RunQuery {
  private var conditions: [String] = []
  private var conditionValues = StatementArguments()
  private var join = ""
  private var joinValues = StatementArguments()
  private var order = ["run.id"]

  mutating func restrict(_ condition: String, _ values: StatementArguments) {
    conditions.append("(\(condition))")
    conditionValues += values
  }

  mutating func restrict(toSweep name: String, in database: Database) throws {
    let sweep = try Int64.fetchOne(database, sql: "SELECT number FROM sweep WHERE name = ?", arguments: [name])
    guard let sweep else {
      let names = try String.fetchAll(database, sql: "SELECT name FROM sweep ORDER BY name")
      throw InputError(
        "no sweep is called '\(name)'", suggestion: InputError.nearest(to: name, among: names))
    }
    restrict("run.number IN (SELECT run FROM sweep_run WHERE sweep = ?)", [sweep])
  }

  /// The newest first.
  mutating func orderByCreation() {
    order = ["run.created_at DESC", "run.id"]
  }

  /// `terms` are ascending; those that say whether a value is missing come first and are never turned round.
  mutating func order(
    missing: String?, by terms: [String], descending: Bool, join: String = "", _ joinValues: StatementArguments = []
  ) {
    self.join = join
    self.joinValues = joinValues
    order = (missing.map { [$0] } ?? []) + terms.map { descending ? "\($0) DESC" : $0 } + ["run.id"]
  }

  /// Selects the numbers of the runs.
  func sql(limit: Int?) -> (sql: String, arguments: StatementArguments) {
    var sql = "SELECT run.number FROM run \(join)"
    if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
    sql += " ORDER BY " + order.joined(separator: ", ")
    var arguments = joinValues + conditionValues
    if let limit {
      sql += " LIMIT ?"
      arguments += [limit]
    }
    return (sql, arguments)
  }
}
