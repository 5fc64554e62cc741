import Experiments
import Foundation

@testable import RunStore

/// A run as the test knows it.
struct FilterSubject {
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
