/// A filter, understood but for what its names stand for.
indirect enum FilterExpression: Sendable {
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)
  case comparison(FilterKey, FilterTest)
  case event(FilterEvent)
}

/// Something that happened in a run.
struct FilterEvent: Sendable {
  let type: String
  /// Nil: at any.
  let epoch: Int?
  let column: Int
}

/// What a person calls a quantity of a run.
struct FilterKey: Sendable {
  enum Scope: String, Sendable {
    case metric, parameter, tag, attribute
  }

  /// Nil: to be found out from the name.
  let scope: Scope?
  let name: String
  /// At which epoch a metric's value is meant.
  let epoch: Int?
  let column: Int

  init(_ parts: [String], epoch: Int?, column: Int) {
    let scope: Scope? =
      switch parts.count > 1 ? parts[0].lowercased() : "" {
      case "metric", "metrics": .metric
      case "param", "params", "parameter", "parameters": .parameter
      case "tag", "tags": .tag
      case "attr", "attribute", "attributes", "run": .attribute
      default: nil
      }
    self.scope = scope
    name = (scope == nil ? parts : Array(parts.dropFirst())).joined(separator: ".")
    self.epoch = epoch
    self.column = column
  }
}

/// What is asked of the quantity.
enum FilterTest: Sendable {
  case compare(FilterOperator, FilterLiteral)
  case like(FilterLiteral, ignoringCase: Bool)
  case among([FilterLiteral])
  case isNull
}

enum FilterOperator: String, Sendable {
  case equal = "="
  case different = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

struct FilterLiteral: Sendable {
  enum Value: Sendable {
    case number(Double)
    case text(String)
  }

  let value: Value
  /// A number as it was written, or the text.
  let text: String
  let column: Int
}
