import GRDB

extension RunQuery {
  mutating func restrict(to filter: Filter, in database: Database) throws {
    let condition = try FilterCondition.of(filter, in: database)
    restrict(condition.sql, condition.values)
  }

  /// Numbers come before texts.
  mutating func order(by order: RunOrder, in database: Database) throws {
    let descending = order.descending
    switch try FilterNames(database).column(of: order.key, in: order.source) {
    case nil: break
    case .metric(let number):
      self.order(
        missing: "sorted.last IS NULL", by: ["sorted.last"], descending: descending,
        join: "LEFT JOIN run_metric AS sorted ON sorted.run = run.number AND sorted.key = ?", [number])
    case .parameter(let number):
      self.order(
        missing: "ifnull(sorted.type, 'null') = 'null'",
        by: ["sorted.value IS NULL", "sorted.value", "iif(sorted.value IS NULL, sorted.text, '')"],
        descending: descending,
        join: "LEFT JOIN run_parameter AS sorted ON sorted.run = run.number AND sorted.parameter = ?", [number])
    case .tag(let name):
      self.order(
        missing: "sorted.value IS NULL", by: ["sorted.value"], descending: descending,
        join: "LEFT JOIN tag AS sorted ON sorted.run = run.number AND sorted.key = ?", [name])
    case .attribute(let attribute):
      self.order(missing: "\(attribute.sql) IS NULL", by: [attribute.sql], descending: descending)
    }
  }
}
