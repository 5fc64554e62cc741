import Experiments
import Foundation

@testable import RunStore

indirect enum FilterTree {
  case and([FilterTree])
  case or([FilterTree])
  case not(FilterTree)
  case leaf(text: String, test: (FilterSubject) -> Bool)

  func holds(_ subject: FilterSubject) -> Bool {
    switch self {
    case .and(let terms): terms.allSatisfy { $0.holds(subject) }
    case .or(let terms): terms.contains { $0.holds(subject) }
    case .not(let inner): !inner.holds(subject)
    case .leaf(_, let test): test(subject)
    }
  }

  /// With no more parentheses than are needed: AND binds before OR, NOT before AND.
  var text: String {
    switch self {
    case .and(let terms):
      terms.map { if case .or = $0 { "(\($0.text))" } else { $0.text } }.joined(separator: " AND ")
    case .or(let terms): terms.map(\.text).joined(separator: " or ")
    case .not(.leaf(let text, _)): "not \(text)"
    case .not(.not(let inner)): "NOT not (\(inner.text))"
    case .not(let inner): "Not(\(inner.text))"
    case .leaf(let text, _): text
    }
  }

  static func random(depth: Int, _ random: inout SplitMix) -> FilterTree {
    func terms(_ random: inout SplitMix) -> [FilterTree] {
      (0..<Int.random(in: 2...3, using: &random)).map { _ in .random(depth: depth - 1, &random) }
    }
    return switch depth == 0 ? 3 : Int.random(in: 0..<5, using: &random) {
    case 0: .and(terms(&random))
    case 1: .or(terms(&random))
    case 2: .not(.random(depth: depth - 1, &random))
    default: leaf(&random)
    }
  }

  private static func leaf(_ random: inout SplitMix) -> FilterTree {
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1: metric(&random)
    case 2: parameter(&random)
    case 3: text(&random)
    case 4: attribute(&random)
    case 5: event(&random)
    default: null(&random)
    }
  }

  private static func metric(_ random: inout SplitMix) -> FilterTree {
    let epoch = Int.random(in: 0..<4, using: &random)
    let (name, value): (String, (FilterSubject) -> Double?) = FilterSubject.pick(
      [
        ("metrics.m", \.last), ("m", \.last), ("metric.`m`.last", \.last), ("metrics.m.min", \.least),
        ("m.max", \.greatest), ("metrics.m at epoch \(epoch)", { $0.points[epoch] }),
        ("\"m\" AT step \(epoch)", { $0.points[epoch] }), ("metrics.n.min", \.minimum),
      ], &random)
    let (symbol, compare) = FilterSubject.pick(comparisons, &random)
    let number = FilterSubject.pick(FilterSubject.numbers + [.infinity, -.infinity], &random)
    if Bool.random(using: &random) {
      return .leaf(text: "\(name) \(symbol) \(number)") {
        value($0).map { !$0.isNaN && compare($0, number) } ?? false
      }
    }
    let isNegated = Bool.random(using: &random)
    return .leaf(text: "\(name) \(isNegated ? "not " : "")in (\(number), 2)") {
      (value($0) == number || value($0) == 2) != isNegated
    }
  }

  /// Numbers, and among them texts and booleans; a text that reads as a number means the number too.
  private static func parameter(_ random: inout SplitMix) -> FilterTree {
    let name = FilterSubject.pick(["p.number", "params.p.number", "parameters.`p.number`"], &random)
    let (symbol, compare) = FilterSubject.pick(comparisons, &random)
    if Int.random(in: 0..<4, using: &random) == 0 {
      let whole = FilterSubject.pick([9_007_199_254_740_992, 9_007_199_254_740_993], &random)
      return .leaf(text: "\(name) = \(whole)") {
        if case .int(let value) = $0.number { return value == whole }
        return $0.number.number == Double(whole) && whole != 9_007_199_254_740_993
      }
    }
    let number = FilterSubject.pick(FilterSubject.numbers.dropLast(), &random)
    if symbol == "=" || symbol == "!=" {
      let literal = FilterSubject.pick(FilterSubject.texts + ["\(number)"], &random)
      let wanted = Double(literal)
      func equals(_ subject: FilterSubject) -> Bool {
        switch subject.number {
        case .null: false
        case .bool(let value): literal == "\(value)"
        case .string(let value): literal == value
        default: subject.number.number == wanted
        }
      }
      let quoted = literal.replacing("'", with: "''")
      return .leaf(text: "\(name) \(symbol) '\(quoted)'") { equals($0) == (symbol == "=") }
    }
    return .leaf(text: "\(name) \(symbol) \(number)") {
      $0.number.number.map { compare($0, number) } ?? false
    }
  }

  private static func text(_ random: inout SplitMix) -> FilterTree {
    let value: (FilterSubject) -> String?
    let name: String
    switch Int.random(in: 0..<3, using: &random) {
    case 0: (name, value) = ("params.p.text", \.text)
    case 1: (name, value) = ("tags.t", \.tag)
    default: (name, value) = ("`run name`", \.run.name)
    }
    let isNegated = Bool.random(using: &random)
    let not = isNegated ? "NOT " : ""
    let literal = FilterSubject.pick(FilterSubject.texts + ["7 run"], &random)
    let quoted = literal.replacing("'", with: "''")
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      let (pattern, ignoringCase, matches) = FilterSubject.pick(patterns, &random)
      return .leaf(text: "\(name) \(not)\(ignoringCase ? "ILIKE" : "like") '\(pattern)'") {
        (value($0).map(matches) ?? false) != isNegated
      }
    case 1:
      return .leaf(text: "\(name) \(not)IN ('\(quoted)', \"ddim\")") {
        (value($0) == literal || value($0) == "ddim") != isNegated
      }
    default:
      // A tag that is not there passes no comparison; a parameter that is null differs from every value.
      let missing = name != "tags.t"
      return .leaf(text: "\(name) \(isNegated ? "<>" : "==") '\(quoted)'") {
        value($0).map { ($0 == literal) != isNegated } ?? (isNegated && missing)
      }
    }
  }

  private static func attribute(_ random: inout SplitMix) -> FilterTree {
    let id = String(hash("\(Int.random(in: 0..<60, using: &random))").prefix(12))
    let sweep = "sweep \(Int.random(in: 0..<20, using: &random))"
    return FilterSubject.pick(
      [
        .leaf(text: "status = finished") { $0.status == .finished },
        .leaf(text: "attributes.status != 'KILLED'") { $0.status != .killed },
        .leaf(text: "status in (SCHEDULED, killed)") { $0.status != .finished },
        .leaf(text: "run_id = '\(id)'") { $0.run.id == id }, .leaf(text: "run.id != \"\(id)\"") { $0.run.id != id },
        .leaf(text: "sweep = '\(sweep)'") { $0.sweep == sweep },
        .leaf(text: "sweep != '\(sweep)'") { $0.sweep != sweep },
        .leaf(text: "sweep like '%1_'") { $0.sweep.map { $0.hasPrefix("sweep 1") && $0.count == 8 } ?? false },
        .leaf(text: "end_time > 2020-01-01") { $0.status != .scheduled },
        .leaf(text: "not started_at <= '2020-01-01T10:00'") { _ in true },
      ], &random)
  }

  private static func event(_ random: inout SplitMix) -> FilterTree {
    let type = FilterSubject.pick(FilterSubject.events + ["stopped.early"], &random)
    if Bool.random(using: &random) {
      return .leaf(text: "event \(type)") { $0.events.contains { $0.0 == type } }
    }
    let epoch = Int.random(in: 0..<3, using: &random)
    return .leaf(text: "EVENT '\(type)' at epoch \(epoch)") { $0.events.contains { $0 == (type, epoch) } }
  }

  private static func null(_ random: inout SplitMix) -> FilterTree {
    FilterSubject.pick(
      [
        .leaf(text: "p.text is null") { $0.text == nil }, .leaf(text: "p.number IS NOT NULL") { $0.number != .null },
        .leaf(text: "p.number != null") { $0.number != .null }, .leaf(text: "metrics.m is null") { $0.last == nil },
        .leaf(text: "m.min is null") { $0.least == nil },
        .leaf(text: "metrics.m at epoch 1 is not null") { $0.points[1] != nil },
        .leaf(text: "tags.t = null") { $0.tag == nil }, .leaf(text: "sweep is null") { $0.sweep == nil },
        .leaf(text: "end_time is null") { $0.status == .scheduled },
      ], &random)
  }

  private static let comparisons: [(String, @Sendable (Double, Double) -> Bool)] = [
    ("<", { $0 < $1 }), ("<=", { $0 <= $1 }), (">", { $0 > $1 }), (">=", { $0 >= $1 }), ("=", { $0 == $1 }),
    ("!=", { $0 != $1 }),
  ]
  private static let patterns: [(String, Bool, @Sendable (String) -> Bool)] = [
    ("dd%", false, { $0.hasPrefix("dd") }), ("%M", false, { $0.hasSuffix("M") }), ("", false, { $0.isEmpty }),
    ("dd_m", true, { ["ddim", "ddpm", "DDIM"].contains($0) }), ("a*b", false, { $0 == "a*b" }),
    ("a_b", false, { ["a_b", "a*b"].contains($0) }), ("%", true, { _ in true }),
    ("1% RUN", true, { $0.hasPrefix("1") && $0.hasSuffix(" run") }), ("[ab]%", false, { _ in false }),
  ]
}
