import GRDB

/// Finds the runs that a filter means: a set a comparison, joined as the filter says.
struct FilterEvaluation {
  private let database: Database
  private let condition: FilterCondition
  private var known: RunSet?

  static func runs(matching filter: Filter, in database: Database) throws -> RunSet {
    let names = try FilterNames(database)
    var evaluation = FilterEvaluation(
      database: database, condition: FilterCondition(names: names, source: filter.source))
    return try evaluation.runs(filter.expression)
  }

  private init(database: Database, condition: FilterCondition) {
    self.database = database
    self.condition = condition
  }

  private mutating func runs(_ expression: FilterExpression) throws -> RunSet {
    switch expression {
    case .all(let terms):
      // All terms are looked at, since each may have a mistake to point at.
      return try terms.dropFirst().reduce(runs(terms[0])) { try $0.intersection(runs($1)) }
    case .any(let terms): return try terms.reduce(RunSet()) { try $0.union(runs($1)) }
    case .not(let term): return try all().subtracting(runs(term))
    case .comparison(let key, let test): return try runs(condition.selection(key, test))
    case .event(let event): return try runs(condition.selection(event, in: database))
    }
  }

  private mutating func runs(_ selection: RunSelection?) throws -> RunSet {
    guard let selection else { return RunSet() }
    let selected = try selection.runs(in: database)
    return selection.isComplement ? try all().subtracting(selected) : selected
  }

  private mutating func all() throws -> RunSet {
    if let known { return known }
    let runs = try RunSelection("SELECT number FROM run").runs(in: database)
    known = runs
    return runs
  }
}
