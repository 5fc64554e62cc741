import Experiments
import RunStore

/// Prints medians of what a store's users wait for. Build it for release.
func measure(_ store: RunStore) throws {
  let clock = ContinuousClock()
  let sweep = Measured(runs: 10_000)
  let registering = try clock.measure { try store.register(sweep.plan) }
  print("register 10,000 runs: \(registering)")

  let recorder = try store.begin(stage: sweep.stage(0))
  let single = try (0..<20_000).map { step in
    try clock.measure { try recorder.metric("train.l1", step: step, value: Double(step)) }
  }
  print("a durable metric: median \(single.sorted()[10_000]), 99th of 100 \(single.sorted()[19_800])")
  let shared = try store.begin(stage: sweep.shared)
  let fanned = try (0..<20).map { step in
    try clock.measure { try shared.metric("shared", step: step, value: Double(step)) }
  }
  print("a durable metric of a stage that 10,000 runs share: median \(fanned.sorted()[10])")

  let bulk = try store.begin(stage: sweep.stage(1))
  let points = (0..<1_000_000).map { Record.Content.metric(key: "k\($0 % 4)", step: $0 / 4, value: Double($0)) }
  let million = try clock.measure { try bulk.record(points) }
  print("a million points in one transaction: \(million)")
  print("a history of 250,000 points: \(try clock.measure { _ = try store.history(ofRun: sweep.id(1), key: "k1") })")

  for number in 2..<10_000 {
    let values = (0..<20).map {
      Record.Content.metric(key: "m\($0)", step: 9, value: Double((number * 7919 + $0) % 9973))
    }
    try store.begin(stage: sweep.stage(number)).record(values)
  }
  let questions = [
    ("metrics.m3 < 5000 and model.dropout = 0.2", "metrics.m3"), ("not (name like '%7' or seed > 3)", "-model.dropout"),
    ("status = RUNNING", "created_at"),
  ]
  for (filter, order) in questions {
    let times = try (0..<11).map { _ in
      try clock.measure { _ = try store.runs(matching: Filter(filter), sort: RunOrder(order), limit: 50) }
    }
    print("50 of 10,000 runs, \(filter), by \(order): median \(times.sorted()[5])")
  }
  print("all 10,000 runs: \(try clock.measure { _ = try store.runs() })")
}

/// A sweep of runs with 20 parameters, which share one stage.
private struct Measured {
  let runs: Int
  let shared = String(repeating: "f", count: 64)

  func stage(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  func id(_ number: Int) -> String { String(stage(number).suffix(12)) }

  var plan: Plan {
    let planned = (0..<runs).map { number in
      var parameters: Parameters = ["seed": .int(number % 5), "model.dropout": .double(Double(number % 4) / 10)]
      for other in 0..<18 { parameters["parameter.\(other)"] = .int(number * other) }
      return PlannedRun(id: id(number), name: "run \(number)", parameters: parameters, stages: [shared, stage(number)])
    }
    let stages = ([shared] + (0..<runs).map(stage)).map {
      Stage(hash: $0, kind: .prepare, parents: [], parameters: [:])
    }
    return Plan(experiment: Experiment(name: "measured"), runs: planned, stages: stages)
  }
}
