import Experiments
import Foundation
import RunStore

/// A store of the size that `scripts/benchmark-store` asks of: runs with 20 parameters and 20 metrics each, every one
/// trained for itself on data that all share.
struct BenchmarkStore {
  let store: RunStore
  static let samplers = ["ddim", "ddpm"]
  private static let data = String(repeating: "d", count: 64)
  static let steps = [1000, 100, 50, 20, 10, 5]

  /// Adds runs with the numbers from `first` on, in sweeps of at most 10,000.
  func fill(runs count: Int) throws {
    for first in stride(from: 0, to: count, by: 10_000) {
      let numbers = first..<min(first + 10_000, count)
      try store.register(plan(numbers, name: "sweep \(first / 10_000)"))
      if first == 0 { try store.begin(stage: Self.data).finish() }
      for number in numbers {
        let recorder = try store.begin(stage: Self.hash(number))
        try recorder.record(records(of: number))
        try recorder.finish()
      }
    }
  }

  static func hash(_ number: Int) -> String {
    let digits = String(number &* 0x9E37_79B9 & 0xFFFF_FFFF, radix: 16)
    return String(
      (digits + String(repeating: "0", count: 8 - digits.count) + "-\(number)").padding(
        toLength: 64, withPad: "0", startingAt: 0))
  }

  static func id(_ number: Int) -> String { String(hash(number).prefix(8)) + "0000" }

  /// A train stage of three epochs: two losses with their course, 18 metrics at the end, and the end of a warm-up.
  private func records(of number: Int) -> [Record.Content] {
    var records = (0..<3).flatMap { epoch in
      ["train.l1", "validation.l1"].map {
        Record.Content.metric(key: $0, step: epoch, value: value(number, 20 + epoch) + Double(3 - epoch))
      }
    }
    let names = ["kid", "fid"] + (0..<16).map { "metric.\($0)" }
    records += names.enumerated().map { .metric(key: $1, step: 2, value: value(number, $0)) }
    if number % 2 == 0 { records.append(.event(type: "warmup.frozen", epoch: number % 3, payload: .null)) }
    return records
  }

  /// In 0..<1, scattered.
  private func value(_ number: Int, _ kind: Int) -> Double {
    var bits = UInt64(number &* 32 &+ kind &+ 1) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    return Double((bits ^ (bits >> 27)) >> 11) / Double(1 << 53)
  }

  private func plan(_ numbers: Range<Int>, name: String) -> Plan {
    let runs = numbers.map { number -> PlannedRun in
      var parameters: Parameters = [
        "seed": .int(number % 5), "model.dropout": .double(Double(number / 5 % 4) / 10),
        "sampling.sampler": .string(Self.samplers[number / 20 % 2]),
        "sampling.steps": .int(Self.steps[number / 40 % 6]), "conditioning.bottleneck": number % 7 == 0 ? .null : 32,
        "training.learning_rate": .double(value(number, 30)),
      ]
      for other in 0..<14 { parameters["setting.\(other)"] = .string("value \(number % (other + 2))") }
      return PlannedRun(
        id: Self.id(number), name: "\(name)/run \(number)", parameters: parameters,
        axes: [AxisValue(axis: "seed", settings: ["seed": .int(number % 5)])], stages: [Self.data, Self.hash(number)])
    }
    let stages =
      [Stage(hash: Self.data, kind: .prepare, parents: [], parameters: [:])]
      + numbers.map { number in
        Stage(
          hash: Self.hash(number), kind: .train, parents: [Self.data], parameters: [:], epochs: 3,
          states: (0..<4).map { "\(number) \($0)" })
      }
    return Plan(experiment: Experiment(name: name), runs: runs, stages: stages)
  }
}

/// Prints how long recording takes inside a process, as JSON: seconds that one durable metric takes, at the `median` and
/// 99 of 100 times; or how many points a second, a million in one transaction.
func measureRecording(_ store: RunStore, _ what: String) throws {
  let stage = BenchmarkStore.hash(1)
  let run = PlannedRun(id: "measured", name: "measured", parameters: ["seed": 7], stages: [stage])
  let stages = [Stage(hash: stage, kind: .prepare, parents: [], parameters: [:])]
  try store.register(Plan(experiment: Experiment(name: "measured"), runs: [run], stages: stages))
  let recorder = try store.begin(stage: stage)
  if what == "durable" {
    let times = try (0..<20_000).map { step in
      try ContinuousClock().measure { try recorder.metric("train.l1", step: step, value: Double(step % 977)) }
    }.sorted()
    print("{\"median\": \(times[10_000] / .seconds(1)), \"99 of 100\": \(times[19_800] / .seconds(1))}")
  } else {
    let points = (0..<1_000_000).map {
      Record.Content.metric(key: "loss", step: $0, value: Double($0 &* 7919 % 104_729) / 104_729)
    }
    let before = clock()
    let seconds = try ContinuousClock().measure { try recorder.record(points) } / .seconds(1)
    let cpu = Double(clock() - before) / Double(CLOCKS_PER_SEC)
    print("{\"points_per_second\": \(1_000_000 / seconds), \"cpu_seconds\": \(cpu)}")
  }
}
