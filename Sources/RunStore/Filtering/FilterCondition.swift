import Experiments
import GRDB

/// A comparison of a filter as SQL.
struct FilterCondition {
  let names: FilterNames
  let source: FilterSource

  /// Nil selects no run: the store holds none.
  func selection(_ key: FilterKey, _ test: FilterTest) throws -> RunSelection? {
    switch try names.column(of: key, in: source) {
    case nil: nil
    case .metric(let number, let aspect): try metric(number, aspect, test)
    case .parameter(let number): try parameter(number, test)
    case .tag(let name): try tag(name, test)
    case .attribute(let attribute): try self.attribute(attribute, test)
    }
  }

  /// Throws `InputError` where no run has told of such an event, and Darkroom's trainings never do.
  func selection(_ event: FilterEvent, in database: Database) throws -> RunSelection {
    try names.require(event, in: source, database)
    let arguments: StatementArguments = [event.type] + (event.epoch.map { [$0] } ?? [])
    let isMeant = "event.type = ? \(event.epoch == nil ? "" : "AND event.epoch = ?")"
    return RunSelection(
      """
      SELECT path.run FROM event CROSS JOIN path ON path.stage = event.stage
      WHERE \(isMeant) AND (path.end_epoch IS NULL OR event.epoch < path.end_epoch)
      UNION SELECT run FROM run_event AS event WHERE \(isMeant)
      """, arguments + arguments)
  }

  private func metric(_ number: Int64, _ aspect: MetricAspect, _ test: FilterTest) throws -> RunSelection {
    let (rows, place, column): (String, StatementArguments, String) =
      switch aspect {
      case .last: ("SELECT run FROM run_metric WHERE key = ?", [number], "last")
      case .min: ("SELECT run FROM run_metric WHERE key = ? AND min IS NOT NULL", [number], "min")
      case .max: ("SELECT run FROM run_metric WHERE key = ? AND max IS NOT NULL", [number], "max")
      case .at(let epoch): (MetricAspect.atEpoch("path.run"), [number, epoch], "metric.value")
      }
    switch test {
    case .isNull: return RunSelection(rows, place).complement
    case .compare(let comparison, let literal):
      return RunSelection(
        "\(rows) AND \(column) \(comparison.rawValue) ?", place + [try self.number(literal, of: "a metric")])
    case .among(let literals):
      let numbers = try literals.map { try self.number($0, of: "a metric") }
      return RunSelection("\(rows) AND \(column) IN (\(marks(numbers.count)))", place + StatementArguments(numbers))
    case .like(let literal, _): throw source.failure("a metric is a number, not a text", at: literal.column)
    }
  }

  /// Null is a value of a parameter, different from any other.
  private func parameter(_ number: Int64, _ test: FilterTest) throws -> RunSelection {
    let rows = "SELECT run FROM run_parameter WHERE parameter = ? AND type <> 'null'"
    switch test {
    case .isNull: return RunSelection(rows, [number]).complement
    case .like(let literal, let ignoringCase):
      let (like, pattern) = like("text", literal, ignoringCase: ignoringCase)
      return RunSelection("\(rows) AND \(like)", [number, pattern])
    case .among(let literals): return parameter(number, rows, equalTo: literals)
    case .compare(.equal, let literal): return parameter(number, rows, equalTo: [literal])
    case .compare(.different, let literal): return parameter(number, rows, equalTo: [literal]).complement
    case .compare(let comparison, let literal):
      return RunSelection(
        "\(rows) AND value \(comparison.rawValue) ?",
        [number, try self.number(literal, of: "'\(comparison.rawValue)'")])
    }
  }

  /// A text that reads as a number means the number too: elsewhere parameters are texts.
  private func parameter(_ number: Int64, _ rows: String, equalTo literals: [FilterLiteral]) -> RunSelection {
    let numbers = literals.compactMap(\.number)
    let texts = literals.compactMap { if case .text(let text) = $0.value { text } else { nil } }
    let ofNumbers = RunSelection(
      "\(rows) AND value IN (\(marks(numbers.count)))", [number] + StatementArguments(numbers))
    let ofTexts = RunSelection(
      "\(rows) AND value IS NULL AND text IN (\(marks(texts.count)))", [number] + StatementArguments(texts))
    if texts.isEmpty { return ofNumbers }
    if numbers.isEmpty { return ofTexts }
    return RunSelection("\(ofNumbers.sql) UNION ALL \(ofTexts.sql)", ofNumbers.values + ofTexts.values)
  }

  private func tag(_ name: String, _ test: FilterTest) throws -> RunSelection {
    let rows = "SELECT run FROM tag WHERE key = ?"
    switch test {
    case .isNull: return RunSelection(rows, [name]).complement
    case .like(let literal, let ignoringCase):
      let (like, pattern) = like("value", literal, ignoringCase: ignoringCase)
      return RunSelection("\(rows) AND \(like)", [name, pattern])
    case .among(let literals):
      return RunSelection(
        "\(rows) AND value IN (\(marks(literals.count)))", [name] + StatementArguments(literals.map(\.text)))
    case .compare(let comparison, let literal):
      try requireEquality(comparison, literal, of: "a tag is a text")
      return RunSelection("\(rows) AND value \(comparison.rawValue) ?", [name, literal.text])
    }
  }

  private func attribute(_ attribute: RunAttribute, _ test: FilterTest) throws -> RunSelection {
    let column = attribute.sql
    let rows = attribute.rows
    switch test {
    case .isNull: return RunSelection("\(rows) WHERE \(column) IS NOT NULL").complement
    case .like(let literal, let ignoringCase):
      guard !attribute.isNumber else {
        throw source.failure("'\(attribute.rawValue)' is a number, not a text", at: literal.column)
      }
      let (like, pattern) = like(column, literal, ignoringCase: ignoringCase)
      return RunSelection("\(rows) WHERE \(like)", [pattern])
    case .among(let literals):
      let values = try literals.map { try value($0, of: attribute) }
      return RunSelection("\(rows) WHERE \(column) IN (\(marks(values.count)))", StatementArguments(values))
    case .compare(let comparison, let literal):
      let value = try value(literal, of: attribute)
      switch comparison {
      case .equal: return RunSelection("\(rows) WHERE \(column) = ?", [value])
      case .different: return RunSelection("\(rows) WHERE \(column) = ?", [value]).complement
      default:
        if !attribute.isNumber {
          try requireEquality(comparison, literal, of: "'\(attribute.rawValue)' is a text")
        }
        return RunSelection("\(rows) WHERE \(column) \(comparison.rawValue) ?", [value])
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
    case .number: return literal.number ?? .null
    case .text(let text):
      if ["inf", "infinity"].contains(text.lowercased()) { return Double.infinity.databaseValue }
      throw source.failure("\(what) compares with a number, found '\(text)'", at: literal.column)
    }
  }

  private func requireEquality(_ comparison: FilterOperator, _ literal: FilterLiteral, of what: String) throws {
    guard comparison == .equal || comparison == .different else {
      throw source.failure("\(what) and has no order; '\(comparison.rawValue)' compares numbers", at: literal.column)
    }
  }

  /// GLOB heeds case, as MLflow's LIKE does; SQLite's LIKE does not.
  private func like(
    _ column: String, _ literal: FilterLiteral, ignoringCase: Bool
  ) -> (sql: String, pattern: String) {
    if ignoringCase { return ("\(column) LIKE ?", literal.text) }
    let pattern = literal.text.map { character in
      switch character {
      case "%": "*"
      case "_": "?"
      case "*", "?", "[": "[\(character)]"
      default: String(character)
      }
    }
    return ("\(column) GLOB ?", pattern.joined())
  }

  private func marks(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ", ")
  }
}

extension FilterLiteral {
  /// What the text reads as; whole numbers beyond 2⁵³ stay exact. Nil where it is no number.
  fileprivate var number: DatabaseValue? {
    if let whole = Int(text) { return whole.databaseValue }
    switch value {
    case .number(let number): return number.databaseValue
    case .text(let text): return Double(text).flatMap { $0.isNaN ? nil : $0.databaseValue }
    }
  }
}

extension MetricAspect {
  /// Selects from the points at an epoch; bound are the key's number and the epoch.
  static func atEpoch(_ columns: String) -> String {
    """
    SELECT \(columns) FROM stage_metric CROSS JOIN metric ON metric.stage = stage_metric.stage
      AND metric.key = stage_metric.key
    CROSS JOIN path ON path.stage = metric.stage AND (path.end_epoch IS NULL OR metric.step < path.end_epoch)
    WHERE stage_metric.key = ? AND metric.step = ?
    """
  }
}

extension RunAttribute {
  /// Selects the runs that have a sweep, or all.
  fileprivate var rows: String {
    self == .sweep
      ? "SELECT sweep_run.run FROM sweep CROSS JOIN sweep_run ON sweep_run.sweep = sweep.number"
      : "SELECT run.number FROM run"
  }
}
