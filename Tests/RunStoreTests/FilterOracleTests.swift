import Experiments
import Foundation
import Testing

@testable import RunStore

/// Random filters, judged a second time by a plain evaluator that knows nothing of SQL and never parses.
@Suite struct FilterOracleTests {
  let folder = try! TemporaryFolder()

  @Test func `random filters and orders give what a plain evaluator gives`() throws {
    var random = SplitMix(state: 7)
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let subjects = try (0..<60).map { try Subject(number: $0, in: store, &random) }
    for _ in 0..<1500 {
      let tree = Tree.random(depth: 4, &random)
      let order = Order.random(&random)
      let expected = subjects.filter(tree.holds).sorted(by: order.precedes).map(\.run.id)
      let limit = Int.random(in: 1...60, using: &random)
      let found = try store.runs(matching: Filter(tree.text), sort: RunOrder(order.text), limit: limit).map(\.id)
      #expect(found == Array(expected.prefix(limit)), "\(tree.text) by \(order.text)")
    }
  }
}

/// A run as the test knows it.
private struct Subject {
  static let numbers: [Double] = [-1, 0, 0.2, 0.25, 1, 2, 10]
  static let texts = ["ddim", "ddpm", "DDIM", "a_b", "a*b", "10", ""]

  let run: PlannedRun
  var metric: Double?
  var tag: String?

  var dropout: Double? { run.parameters["p.number"]?.number }
  var sampler: String? { if case .string(let text)? = run.parameters["p.text"] { text } else { nil } }

  init(number: Int, in store: RunStore, _ random: inout SplitMix) throws {
    let value = Bool.random(using: &random) ? Value.double(Self.pick(Self.numbers, &random)) : .int(number % 3)
    let isMissing = { (random: inout SplitMix) in Int.random(in: 0..<4, using: &random) == 0 }
    run = plannedRun(
      "\(number) run", training: "\(number) train",
      parameters: [
        "p.number": isMissing(&random) ? .null : value,
        "p.text": isMissing(&random) ? .null : .string(Self.pick(Self.texts, &random)),
      ])
    try store.register(plan([run], name: "x"))
    if !isMissing(&random) {
      let value =
        isMissing(&random) ? Self.pick([Double.nan, .infinity, -.infinity], &random) : Self.pick(Self.numbers, &random)
      metric = value
      try store.begin(stage: run.stages[1]).record([
        .metric(key: "m", step: 0, value: 100), .metric(key: "m", step: 1, value: value),
      ])
    }
    if !isMissing(&random) {
      tag = Self.pick(Self.texts, &random)
      try store.setTag("t", to: tag, ofRun: run.id)
    }
  }

  static func pick<Element>(_ elements: [Element], _ random: inout SplitMix) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }
}

private indirect enum Tree {
  case and(Tree, Tree)
  case or(Tree, Tree)
  case not(Tree)
  case leaf(text: String, test: (Subject) -> Bool)

  func holds(_ subject: Subject) -> Bool {
    switch self {
    case .and(let left, let right): left.holds(subject) && right.holds(subject)
    case .or(let left, let right): left.holds(subject) || right.holds(subject)
    case .not(let inner): !inner.holds(subject)
    case .leaf(_, let test): test(subject)
    }
  }

  var text: String {
    switch self {
    case .and(let left, let right): "(\(left.text) AND \(right.text))"
    case .or(let left, let right): "(\(left.text) or \(right.text))"
    case .not(let inner): "not \(inner.text)"
    case .leaf(let text, _): text
    }
  }

  static func random(depth: Int, _ random: inout SplitMix) -> Tree {
    switch depth == 0 ? 3 : Int.random(in: 0..<5, using: &random) {
    case 0: .and(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
    case 1: .or(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
    case 2: .not(.random(depth: depth - 1, &random))
    default: leaf(&random)
    }
  }

  private static func leaf(_ random: inout SplitMix) -> Tree {
    let number = Subject.pick(Subject.numbers, &random)
    let text = Subject.pick(Subject.texts, &random)
    let (symbol, compare) = Subject.pick(comparisons, &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      return .leaf(text: "metrics.m \(symbol) \(number)") {
        $0.metric.map { !$0.isNaN && compare($0, number) } ?? false
      }
    case 1:
      return .leaf(text: "p.number \(symbol) \(number)") { $0.dropout.map { compare($0, number) } ?? (symbol == "!=") }
    case 2: return .leaf(text: "params.p.text = '\(text)'") { $0.sampler == text }
    case 3: return .leaf(text: "p.text != '\(text)'") { $0.sampler != text }
    case 4: return .leaf(text: "tags.t != '\(text)'") { $0.tag.map { $0 != text } ?? false }
    case 5:
      let (pattern, expression, ignoringCase) = Subject.pick(patterns, &random)
      let word = ignoringCase ? "ILIKE" : "like"
      return .leaf(text: "p.text \(word) '\(pattern)'") {
        $0.sampler?.range(
          of: expression, options: ignoringCase ? [.regularExpression, .caseInsensitive] : .regularExpression) != nil
      }
    case 6: return .leaf(text: "p.number in (\(number), 2)") { $0.dropout == number || $0.dropout == 2 }
    default:
      return Subject.pick(
        [
          .leaf(text: "p.text is null") { $0.sampler == nil },
          .leaf(text: "p.number IS NOT NULL") { $0.dropout != nil },
          .leaf(text: "metrics.m is null") { $0.metric == nil }, .leaf(text: "tags.t = null") { $0.tag == nil },
        ], &random)
    }
  }

  private static let comparisons: [(String, @Sendable (Double, Double) -> Bool)] = [
    ("<", { $0 < $1 }), ("<=", { $0 <= $1 }), (">", { $0 > $1 }), (">=", { $0 >= $1 }), ("=", { $0 == $1 }),
    ("!=", { $0 != $1 }),
  ]
  private static let patterns = [
    ("dd%", "^dd", false), ("%M", "M$", false), ("dd_m", "^dd.m$", true), ("a*b", "^a\\*b$", false), ("", "^$", false),
    ("a_b", "^a.b$", false), ("%", "^", true),
  ]
}

private struct Order {
  let text: String
  /// Nil: missing.
  let key: (Subject) -> Double?
  let descending: Bool

  func precedes(_ left: Subject, _ right: Subject) -> Bool {
    switch (key(left), key(right)) {
    case (nil, nil): left.run.id < right.run.id
    case (nil, _): false
    case (_, nil): true
    case (let a?, let b?): a == b ? left.run.id < right.run.id : (a < b) != descending
    }
  }

  static func random(_ random: inout SplitMix) -> Order {
    let descending = Bool.random(using: &random)
    let sign = descending ? "-" : ""
    return Bool.random(using: &random)
      ? Order(text: sign + "metrics.m", key: { $0.metric.flatMap { $0.isNaN ? nil : $0 } }, descending: descending)
      : Order(text: sign + "p.number", key: \.dropout, descending: descending)
  }
}

/// Random numbers that come again (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
