import Experiments
import Foundation
import GRDB

/// A filter as an SQL condition on `run`, which is true or false and never NULL.
struct FilterCondition {
  private let names: FilterNames
  private let source: FilterSource
  private var values = StatementArguments()

  static func of(_ filter: Filter, in database: Database) throws -> (sql: String, values: StatementArguments) {
    var condition = FilterCondition(names: try FilterNames(database), source: filter.source)
    let sql = try condition.sql(filter.expression)
    return (sql, condition.values)
  }

  private init(names: FilterNames, source: FilterSource) {
    self.names = names
    self.source = source
  }

  private mutating func sql(_ expression: FilterExpression) throws -> String {
    switch expression {
    case .all(let terms): "(" + (try terms.map { try sql($0) }).joined(separator: " AND ") + ")"
    case .any(let terms): "(" + (try terms.map { try sql($0) }).joined(separator: " OR ") + ")"
    case .not(let term): "NOT \(try sql(term))"
    case .comparison(let key, let test): try sql(key, test)
    }
  }

  private mutating func sql(_ key: FilterKey, _ test: FilterTest) throws -> String {
    switch try names.column(of: key, in: source) {
    case nil: "FALSE"
    case .metric(let number): try metric(number, test)
    case .parameter(let number): try parameter(number, test)
    case .tag(let name): try tag(name, test)
    case .attribute(let attribute): try self.attribute(attribute, test)
    }
  }

  private mutating func metric(_ number: Int64, _ test: FilterTest) throws -> String {
    values += [number]
    let row = "SELECT 1 FROM run_metric WHERE run_metric.run = run.number AND run_metric.key = ?"
    switch test {
    case .isNull: return "NOT EXISTS (\(row))"
    case .compare(let comparison, let literal):
      values += [try self.number(literal, of: "a metric")]
      return "EXISTS (\(row) AND last \(comparison.rawValue) ?)"
    case .among(let literals):
      for literal in literals { values += [try self.number(literal, of: "a metric")] }
      return "EXISTS (\(row) AND last IN (\(marks(literals.count))))"
    case .like(let literal, _): throw source.failure("a metric is a number, not a text", at: literal.column)
    }
  }

  /// Null is a value of a parameter, different from any other.
  private mutating func parameter(_ number: Int64, _ test: FilterTest) throws -> String {
    values += [number]
    let row = """
      SELECT 1 FROM run_parameter AS given
      WHERE given.run = run.number AND given.parameter = ? AND given.type <> 'null'
      """
    switch test {
    case .isNull: return "NOT EXISTS (\(row))"
    case .like(let literal, let ignoringCase):
      return "EXISTS (\(row) AND \(like("given.text", literal, ignoringCase: ignoringCase)))"
    case .among(let literals):
      let tests = literals.map { equalsParameter($0) }
      return "EXISTS (\(row) AND (\(tests.joined(separator: " OR "))))"
    case .compare(.equal, let literal): return "EXISTS (\(row) AND \(equalsParameter(literal)))"
    case .compare(.different, let literal): return "NOT EXISTS (\(row) AND \(equalsParameter(literal)))"
    case .compare(let comparison, let literal):
      values += [try self.number(literal, of: "'\(comparison.rawValue)'")]
      return "EXISTS (\(row) AND given.value \(comparison.rawValue) ?)"
    }
  }

  /// A text that reads as a number means the number too: elsewhere parameters are texts.
  private mutating func equalsParameter(_ literal: FilterLiteral) -> String {
    switch literal.value {
    case .number:
      values += [exact(literal)]
      return "given.value = ?"
    case .text(let text):
      values += [text, Double(text).map { $0.isNaN ? .null : $0.databaseValue } ?? .null]
      return "(given.text = ? OR ifnull(given.value = ?, FALSE))"
    }
  }

  private mutating func tag(_ name: String, _ test: FilterTest) throws -> String {
    values += [name]
    let row = "SELECT 1 FROM tag WHERE tag.run = run.number AND tag.key = ?"
    switch test {
    case .isNull: return "NOT EXISTS (\(row))"
    case .like(let literal, let ignoringCase):
      return "EXISTS (\(row) AND \(like("tag.value", literal, ignoringCase: ignoringCase)))"
    case .among(let literals):
      for literal in literals { values += [literal.text] }
      return "EXISTS (\(row) AND tag.value IN (\(marks(literals.count))))"
    case .compare(let comparison, let literal):
      try requireEquality(comparison, literal, of: "a tag is a text")
      values += [literal.text]
      return "EXISTS (\(row) AND tag.value \(comparison.rawValue) ?)"
    }
  }

  private mutating func attribute(_ attribute: RunAttribute, _ test: FilterTest) throws -> String {
    let column = attribute.sql
    switch test {
    case .isNull: return "(\(column) IS NULL)"
    case .like(let literal, let ignoringCase):
      guard !attribute.isNumber else {
        throw source.failure("'\(attribute.rawValue)' is a number, not a text", at: literal.column)
      }
      return "ifnull(\(like(column, literal, ignoringCase: ignoringCase)), FALSE)"
    case .among(let literals):
      for literal in literals { values += [try value(literal, of: attribute)] }
      return "ifnull(\(column) IN (\(marks(literals.count))), FALSE)"
    case .compare(let comparison, let literal):
      values += [try value(literal, of: attribute)]
      switch comparison {
      case .equal: return "(\(column) IS ?)"
      case .different: return "(\(column) IS NOT ?)"
      default:
        if !attribute.isNumber {
          try requireEquality(comparison, literal, of: "'\(attribute.rawValue)' is a text")
        }
        return "ifnull(\(column) \(comparison.rawValue) ?, FALSE)"
      }
    }
  }

  private func value(_ literal: FilterLiteral, of attribute: RunAttribute) throws -> DatabaseValue {
    if attribute.isTime, case .text(let text) = literal.value {
      guard let time = Timestamp(text: text) else {
        throw source.failure(
          "expected a time such as 2026-11-21T09:30 or milliseconds since 1970, found '\(text)'", at: literal.column)
      }
      return time.milliseconds.databaseValue
    }
    if attribute.isNumber { return try number(literal, of: "'\(attribute.rawValue)'") }
    guard attribute == .status else { return literal.text.databaseValue }
    guard let status = Status(rawValue: literal.text.uppercased()) else {
      let known = Status.allCases.map(\.rawValue)
      throw source.failure(
        "no run has the status '\(literal.text)'", at: literal.column,
        suggestion: InputError.nearest(to: literal.text, among: known) ?? known.joined(separator: ", "))
    }
    return status.rawValue.databaseValue
  }

  private func number(_ literal: FilterLiteral, of what: String) throws -> DatabaseValue {
    switch literal.value {
    case .number: return exact(literal)
    case .text(let text):
      if ["inf", "infinity"].contains(text.lowercased()) { return Double.infinity.databaseValue }
      throw source.failure("\(what) compares with a number, found '\(text)'", at: literal.column)
    }
  }

  /// Whole numbers beyond 2⁵³ stay exact.
  private func exact(_ literal: FilterLiteral) -> DatabaseValue {
    if let whole = Int(literal.text) { return whole.databaseValue }
    if case .number(let number) = literal.value { return number.databaseValue }
    return .null
  }

  private func requireEquality(_ comparison: FilterOperator, _ literal: FilterLiteral, of what: String) throws {
    guard comparison == .equal || comparison == .different else {
      throw source.failure("\(what) and has no order; '\(comparison.rawValue)' compares numbers", at: literal.column)
    }
  }

  /// GLOB heeds case, as MLflow's LIKE does; SQLite's LIKE does not.
  private mutating func like(_ column: String, _ literal: FilterLiteral, ignoringCase: Bool) -> String {
    guard !ignoringCase else {
      values += [literal.text]
      return "\(column) LIKE ?"
    }
    let pattern = literal.text.map { character in
      switch character {
      case "%": "*"
      case "_": "?"
      case "*", "?", "[": "[\(character)]"
      default: String(character)
      }
    }
    values += [pattern.joined()]
    return "\(column) GLOB ?"
  }

  private func marks(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ", ")
  }
}
