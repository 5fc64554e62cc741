import Experiments

/// Reads a filter:
///
///     any        = all (OR all)*
///     all        = term (AND term)*
///     term       = NOT term | "(" any ")" | EVENT name [moment] | comparison
///     comparison = key ("=" | "!=" | "<" | "<=" | ">" | ">=") value
///                | key [NOT] (LIKE | ILIKE) value
///                | key [NOT] IN "(" value ("," value)* ")"
///                | key IS [NOT] NULL
///     key        = name [moment]
///     moment     = AT (EPOCH | STEP) number
struct FilterParser {
  private static let reserved: Set = ["and", "or", "not", "is", "in", "like", "ilike", "null"]

  private let source: FilterSource
  private var tokens: [FilterToken]
  private var position = 0
  private var depth = 0
  private var comparisons = 0

  init(_ source: FilterSource) throws {
    self.source = source
    var lexer = FilterLexer(source)
    tokens = try lexer.tokens()
  }

  mutating func filter() throws -> FilterExpression {
    guard next.kind != .end else { throw source.failure("an empty filter", at: 1) }
    let expression = try any()
    guard next.kind == .end else {
      throw expected("AND, OR or the end", among: ["and", "or"])
    }
    return expression
  }

  /// `KEY`, `-KEY`, `KEY ASC` or `KEY DESC`.
  mutating func order() throws -> (key: FilterKey, descending: Bool) {
    let key = try key()
    let direction = next.keyword
    if direction == "asc" || direction == "desc" { position += 1 }
    guard next.kind == .end else { throw expected("the end", among: ["asc", "desc"]) }
    return (key, direction == "desc")
  }

  private mutating func any() throws -> FilterExpression {
    var terms = [try all()]
    while take(keyword: "or") { terms.append(try all()) }
    return terms.count == 1 ? terms[0] : .any(terms)
  }

  private mutating func all() throws -> FilterExpression {
    var terms = [try term()]
    while take(keyword: "and") { terms.append(try term()) }
    return terms.count == 1 ? terms[0] : .all(terms)
  }

  private mutating func term() throws -> FilterExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw source.failure("nested more than 100 deep", at: next.column) }
    if take(keyword: "not") { return .not(try term()) }
    guard take("(") else { return try event() ?? comparison() }
    let inner = try any()
    guard take(")") else { throw expected("')'", among: ["and", "or"]) }
    return inner
  }

  /// `event` followed by a name: by anything else, it is a name itself.
  private mutating func event() throws -> FilterExpression? {
    guard next.keyword == "event" else { return nil }
    let token = tokens[position + 1]
    let type: String
    switch token.kind {
    case .word(let parts, _) where !Self.reserved.contains(token.keyword ?? ""): type = parts.joined(separator: ".")
    case .string(let text, _): type = text
    default: return nil
    }
    position += 2
    try count(token)
    return .event(FilterEvent(type: type, epoch: try moment(), column: token.column))
  }

  private mutating func comparison() throws -> FilterExpression {
    try count(next)
    let key = try key()
    if case .symbol(let symbol) = next.kind, let comparison = FilterOperator(rawValue: symbol) {
      position += 1
      return try compared(key, comparison)
    }
    if take(keyword: "is") {
      let isNegated = take(keyword: "not")
      guard take(keyword: "null") else { throw expected("NULL", among: ["null", "not"]) }
      return negated(isNegated, .comparison(key, .isNull))
    }
    let isNegated = take(keyword: "not")
    if take(keyword: "like") {
      return negated(isNegated, .comparison(key, .like(try value(), ignoringCase: false)))
    }
    if take(keyword: "ilike") {
      return negated(isNegated, .comparison(key, .like(try value(), ignoringCase: true)))
    }
    if take(keyword: "in") { return negated(isNegated, .comparison(key, .among(try list()))) }
    throw expected("a comparison such as =, <, LIKE or IS NULL", among: ["is", "like", "ilike", "in", "not"])
  }

  private mutating func count(_ token: FilterToken) throws {
    comparisons += 1
    guard comparisons <= 500 else { throw source.failure("more than 500 comparisons", at: token.column) }
  }

  /// `= null` is what an experiment file would say.
  private mutating func compared(_ key: FilterKey, _ comparison: FilterOperator) throws -> FilterExpression {
    if comparison == .equal || comparison == .different, take(keyword: "null") {
      return negated(comparison == .different, .comparison(key, .isNull))
    }
    return .comparison(key, .compare(comparison, try value()))
  }

  private mutating func list() throws -> [FilterLiteral] {
    guard take("(") else { throw expected("'('", among: []) }
    var values = [try value()]
    while take(",") { values.append(try value()) }
    guard take(")") else { throw expected("',' or ')'", among: []) }
    guard values.count <= 1000 else { throw source.failure("more than 1000 values", at: next.column) }
    return values
  }

  private mutating func key() throws -> FilterKey {
    let token = next
    switch token.kind {
    case .word(let parts, _) where !Self.reserved.contains(token.keyword ?? ""):
      position += 1
      return FilterKey(parts, epoch: try moment(), column: token.column)
    case .string(let text, isDouble: true):
      position += 1
      return FilterKey([text], epoch: try moment(), column: token.column)
    default:
      throw expected("a key such as model.dropout or metrics.validation.l1", among: [])
    }
  }

  private mutating func moment() throws -> Int? {
    guard take(keyword: "at") else { return nil }
    guard take(keyword: "epoch") || take(keyword: "step") else {
      throw expected("EPOCH and a number", among: ["epoch", "step"])
    }
    guard case .number = next.kind, let epoch = Int(next.text) else {
      throw expected("the epoch's number, counted from 0", among: [])
    }
    position += 1
    return epoch
  }

  private mutating func value() throws -> FilterLiteral {
    let token = next
    let value: FilterLiteral.Value
    var text = token.text
    switch token.kind {
    case .number(let number): value = .number(number)
    case .string(let string, _):
      value = .text(string)
      text = string
    case .word(let parts, isQuoted: false) where !Self.reserved.contains(token.keyword ?? ""):
      text = parts.joined(separator: ".")
      value = .text(text)
    default:
      if token.keyword == "null" { throw source.failure("null has no place here; use IS NULL", at: token.column) }
      throw expected("a value", among: [])
    }
    position += 1
    return FilterLiteral(value: value, text: text, column: token.column)
  }

  private func negated(_ isNegated: Bool, _ expression: FilterExpression) -> FilterExpression {
    isNegated ? .not(expression) : expression
  }

  private var next: FilterToken { tokens[position] }

  private mutating func take(_ symbol: String) -> Bool {
    guard next.isSymbol(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func take(keyword: String) -> Bool {
    guard next.keyword == keyword else { return false }
    position += 1
    return true
  }

  private func expected(_ what: String, among words: [String]) -> InputError {
    let found = next.kind == .end ? "the end" : "'\(next.text)'"
    let suggestion = next.keyword.flatMap { InputError.nearest(to: $0, among: words) }
    return source.failure(
      "expected \(what), found \(found)", at: next.column, suggestion: suggestion?.uppercased())
  }
}
