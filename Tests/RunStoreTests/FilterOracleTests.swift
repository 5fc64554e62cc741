import Experiments
import Foundation
import class GRDB.Database
import class GRDB.Statement
import Testing

@testable import RunStore

/// Random filters, judged a second time by a plain evaluator that knows nothing of SQL and never parses.
@Suite struct FilterOracleTests {
  let folder = try! TemporaryFolder()

  /// `DARKROOM_FILTERS`: how many (10,000 take some ten seconds), `DARKROOM_SEED`: which.
  @Test func `random filters and orders give what a plain evaluator gives`() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["DARKROOM_FILTERS"].flatMap { Int($0) } ?? 2000
    var random = SplitMix(state: environment["DARKROOM_SEED"].flatMap { UInt64($0) } ?? 7)
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let subjects = try (0..<60).map { try Subject(number: $0, in: store, &random) }
    let ids = try store.runs().map(\.id)
    #expect(Set(ids) == Set(subjects.map(\.run.id)))
    var selecting = 0
    for number in 0..<count {
      let tree = Tree.random(depth: 4, &random)
      let order = Order.random(&random)
      let expected = subjects.filter(tree.holds).sorted(by: order.precedes).map(\.run.id)
      let limit = Int.random(in: 1...60, using: &random)
      let (filter, sort) = (try Filter(tree.text), try RunOrder(order.text))
      // Reading all that belongs to the runs takes longest, and is not what is asked here.
      let found =
        number % 50 == 0
        ? try store.runs(matching: filter, sort: sort, limit: limit).map(\.id)
        : try store.ids(matching: filter, sort: sort, limit: limit)
      #expect(found == Array(expected.prefix(limit)), "\(tree.text) by \(order.text)")
      if !expected.isEmpty, expected.count < subjects.count { selecting += 1 }
    }
    #expect(selecting > count / 2)
  }
}

extension RunStore {
  fileprivate func ids(matching filter: Filter, sort: RunOrder, limit: Int) throws -> [String] {
    try read { database in
      let numbers = try RunWalk(sort, in: database)?.runs(
        among: FilterEvaluation.runs(matching: filter, in: database), limit: limit, in: database)
      let select = try database.cachedStatement(sql: "SELECT id FROM run WHERE number = ?")
      return try (numbers ?? []).map { number in
        var id = ""
        select.bind(number, at: 1)
        try select.eachRow { id = $0.string(0) }
        return id
      }
    }
  }
}

/// A run as the test knows it.
private struct Subject {
  static let numbers: [Double] = [-1, 0, 0.2, 0.25, 1, 2, 10, 1e300, 9_007_199_254_740_992]
  static let texts = ["ddim", "ddpm", "DDIM", "a_b", "a*b", "10", "", "it's", "null", "true"]
  static let events = ["warmup.frozen", "diverged", "odd"]

  let run: PlannedRun
  /// By epoch: of the metric `m`, with gaps.
  var points: [Int: Double] = [:]
  /// Of a metric whose own name is `m.min`.
  var minimum: Double?
  var tag: String?
  /// Type and epoch.
  var events: [(String, Int)] = []
  var status = Status.scheduled
  let sweep: String?
  /// The epochs that the run has of its training.
  let end: Int

  var number: Value { run.parameters["p.number"] ?? .null }
  var text: String? { if case .string(let text)? = run.parameters["p.text"] { text } else { nil } }
  var last: Double? { points.max { $0.key < $1.key }?.value }
  var least: Double? { points.values.filter { !$0.isNaN }.min() }
  var greatest: Double? { points.values.filter { !$0.isNaN }.max() }

  init(number: Int, in store: RunStore, _ random: inout SplitMix) throws {
    func isMissing(_ random: inout SplitMix) -> Bool { Int.random(in: 0..<4, using: &random) == 0 }
    let value: Value =
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: .int(number % 3)
      case 2: .int(9_007_199_254_740_993)
      case 3: .bool(Bool.random(using: &random))
      case 4: .string(Self.pick(Self.texts, &random))
      default: .double(Self.pick(Self.numbers, &random))
      }
    let planned = plannedRun(
      "\(number % 40) run", training: "\(number) train",
      parameters: [
        "p.number": isMissing(&random) ? .null : value,
        "p.text": isMissing(&random) ? .null : .string(Self.pick(Self.texts, &random)),
      ], axes: number % 3 == 0 ? [] : [AxisValue(axis: "p", settings: [:])])
    end = number % 5 == 0 ? 2 : 3
    run = PlannedRun(
      id: String(hash("\(number * 7 % 60)").prefix(12)), name: planned.name, parameters: planned.parameters,
      axes: planned.axes, stages: Array(planned.stages.prefix(2)), ends: end == 2 ? [planned.stages[1]: 2] : [:])
    sweep = number % 3 == 0 ? nil : "sweep \(number)"
    let stages = plan([planned], name: sweep ?? "x").stages.prefix(2)
    try store.register(Plan(experiment: Experiment(name: sweep ?? "x"), runs: [run], stages: Array(stages)))
    if number == 0 { try store.begin(stage: run.stages[0]).finish() }
    try record(in: store, &random)
    if !isMissing(&random) {
      tag = Self.pick(Self.texts, &random)
      try store.setTag("t", to: tag, ofRun: run.id)
    }
  }

  private mutating func record(in store: RunStore, _ random: inout SplitMix) throws {
    guard Int.random(in: 0..<6, using: &random) > 0 else { return }
    let recorder = try store.begin(stage: run.stages[1])
    var records = [Record.Content]()
    for epoch in 0..<3 where Int.random(in: 0..<3, using: &random) > 0 {
      let odd = [Double.nan, .infinity, -.infinity]
      let value =
        Int.random(in: 0..<5, using: &random) == 0 ? Self.pick(odd, &random) : Self.pick(Self.numbers, &random)
      records.append(.metric(key: "m", step: epoch, value: value))
      if epoch < end { points[epoch] = value }
    }
    if Bool.random(using: &random) {
      minimum = Self.pick(Self.numbers, &random)
      records.append(.metric(key: "n.min", step: 0, value: minimum ?? 0))
    }
    for _ in 0..<2 where Bool.random(using: &random) {
      let event = (Self.pick(Self.events, &random), Int.random(in: 0..<3, using: &random))
      records.append(.event(type: event.0, epoch: event.1, payload: .null))
      if event.1 < end { events.append(event) }
    }
    try recorder.record(records)
    if Bool.random(using: &random) {
      try recorder.finish()
      status = .finished
    } else {
      try recorder.fail("no", status: .killed)
      status = .killed
    }
  }

  static func pick<Element>(_ elements: [Element], _ random: inout SplitMix) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }
}

private indirect enum Tree {
  case and([Tree])
  case or([Tree])
  case not(Tree)
  case leaf(text: String, test: (Subject) -> Bool)

  func holds(_ subject: Subject) -> Bool {
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

  static func random(depth: Int, _ random: inout SplitMix) -> Tree {
    func terms(_ random: inout SplitMix) -> [Tree] {
      (0..<Int.random(in: 2...3, using: &random)).map { _ in .random(depth: depth - 1, &random) }
    }
    return switch depth == 0 ? 3 : Int.random(in: 0..<5, using: &random) {
    case 0: .and(terms(&random))
    case 1: .or(terms(&random))
    case 2: .not(.random(depth: depth - 1, &random))
    default: leaf(&random)
    }
  }

  private static func leaf(_ random: inout SplitMix) -> Tree {
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1: metric(&random)
    case 2: parameter(&random)
    case 3: text(&random)
    case 4: attribute(&random)
    case 5: event(&random)
    default: null(&random)
    }
  }

  private static func metric(_ random: inout SplitMix) -> Tree {
    let epoch = Int.random(in: 0..<4, using: &random)
    let (name, value): (String, (Subject) -> Double?) = Subject.pick(
      [
        ("metrics.m", \.last), ("m", \.last), ("metric.`m`.last", \.last), ("metrics.m.min", \.least),
        ("m.max", \.greatest), ("metrics.m at epoch \(epoch)", { $0.points[epoch] }),
        ("\"m\" AT step \(epoch)", { $0.points[epoch] }), ("metrics.n.min", \.minimum),
      ], &random)
    let (symbol, compare) = Subject.pick(comparisons, &random)
    let number = Subject.pick(Subject.numbers + [.infinity, -.infinity], &random)
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
  private static func parameter(_ random: inout SplitMix) -> Tree {
    let name = Subject.pick(["p.number", "params.p.number", "parameters.`p.number`"], &random)
    let (symbol, compare) = Subject.pick(comparisons, &random)
    if Int.random(in: 0..<4, using: &random) == 0 {
      let whole = Subject.pick([9_007_199_254_740_992, 9_007_199_254_740_993], &random)
      return .leaf(text: "\(name) = \(whole)") {
        if case .int(let value) = $0.number { return value == whole }
        return $0.number.number == Double(whole) && whole != 9_007_199_254_740_993
      }
    }
    let number = Subject.pick(Subject.numbers.dropLast(), &random)
    if symbol == "=" || symbol == "!=" {
      let literal = Subject.pick(Subject.texts + ["\(number)"], &random)
      let wanted = Double(literal)
      func equals(_ subject: Subject) -> Bool {
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

  private static func text(_ random: inout SplitMix) -> Tree {
    let value: (Subject) -> String?
    let name: String
    switch Int.random(in: 0..<3, using: &random) {
    case 0: (name, value) = ("params.p.text", \.text)
    case 1: (name, value) = ("tags.t", \.tag)
    default: (name, value) = ("`run name`", \.run.name)
    }
    let isNegated = Bool.random(using: &random)
    let not = isNegated ? "NOT " : ""
    let literal = Subject.pick(Subject.texts + ["7 run"], &random)
    let quoted = literal.replacing("'", with: "''")
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      let (pattern, ignoringCase, matches) = Subject.pick(patterns, &random)
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

  private static func attribute(_ random: inout SplitMix) -> Tree {
    let id = String(hash("\(Int.random(in: 0..<60, using: &random))").prefix(12))
    let sweep = "sweep \(Int.random(in: 0..<20, using: &random))"
    return Subject.pick(
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

  private static func event(_ random: inout SplitMix) -> Tree {
    let type = Subject.pick(Subject.events + ["stopped.early"], &random)
    if Bool.random(using: &random) {
      return .leaf(text: "event \(type)") { $0.events.contains { $0.0 == type } }
    }
    let epoch = Int.random(in: 0..<3, using: &random)
    return .leaf(text: "EVENT '\(type)' at epoch \(epoch)") { $0.events.contains { $0 == (type, epoch) } }
  }

  private static func null(_ random: inout SplitMix) -> Tree {
    Subject.pick(
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

private struct Order {
  let text: String
  /// Nil: missing. Numbers come before texts.
  let key: (Subject) -> Key?
  let descending: Bool

  enum Key: Equatable {
    case number(Double)
    case whole(Int)
    case text(String)

    func precedes(_ other: Key) -> Bool {
      switch (self, other) {
      case (.text(let a), .text(let b)): a < b
      case (.text, _): false
      case (_, .text): true
      case (.whole(let a), .whole(let b)): a < b
      default: double < other.double
      }
    }

    var double: Double {
      switch self {
      case .number(let value): value
      // Of those in use the only one that is no Double comes after the Double that is nearest.
      case .whole(let value): value == 9_007_199_254_740_993 ? 9_007_199_254_740_994 : Double(value)
      case .text: .nan
      }
    }

    var isText: Bool { if case .text = self { true } else { false } }
  }

  func precedes(_ left: Subject, _ right: Subject) -> Bool {
    switch (key(left), key(right)) {
    case (nil, nil): return left.run.id < right.run.id
    case (nil, _): return false
    case (_, nil): return true
    case (let a?, let b?):
      if a.isText != b.isText { return b.isText }
      if !a.precedes(b), !b.precedes(a) { return left.run.id < right.run.id }
      return a.precedes(b) != descending
    }
  }

  static func random(_ random: inout SplitMix) -> Order {
    func metric(_ value: @escaping (Subject) -> Double?) -> (Subject) -> Key? {
      { value($0).flatMap { $0.isNaN ? nil : .number($0) } }
    }
    let (text, key): (String, (Subject) -> Key?) = Subject.pick(
      [
        ("metrics.m", metric(\.last)), ("m.min", metric(\.least)), ("metrics.m.max", metric(\.greatest)),
        ("m at epoch 1", metric { $0.points[1] }), ("tags.t", { $0.tag.map(Key.text) }),
        ("p.text", { $0.text.map(Key.text) }), ("sweep", { $0.sweep.map(Key.text) }),
        ("name", { .text($0.run.name) }), ("id", { .text($0.run.id) }), ("status", { .text($0.status.rawValue) }),
        (
          "params.p.number",
          {
            switch $0.number {
            case .null: nil
            case .int(let value): .whole(value)
            case .double(let value): .number(value)
            case .string(let value): .text(value)
            default: .text($0.number.json)
            }
          }
        ),
      ], &random)
    return switch Int.random(in: 0..<4, using: &random) {
    case 0: Order(text: "-" + text, key: key, descending: true)
    case 1: Order(text: text + " DESC", key: key, descending: true)
    case 2: Order(text: text + " asc", key: key, descending: false)
    default: Order(text: text, key: key, descending: false)
    }
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
