import Experiments
import Foundation
import Testing

@testable import RunStore

/// Histories that are thinned for charts, against a thinning of all points.
@Suite struct ThinningTests {
  let folder = try! TemporaryFolder()

  /// What the documentation of `history(ofRun:key:points:)` says, from every point.
  private func thinned(_ points: [MetricPoint], ends: [Int] = [], to count: Int) -> [Int] {
    guard points.count > count, let first = points.first?.step, let last = points.last?.step else {
      return points.map(\.step)
    }
    let parts = Dictionary(grouping: points) { point in ends.count { $0 <= point.step } }.values
    func stretches(_ shift: Int) -> Int {
      parts.reduce(0) { $0 + ($1.map(\.step).max()! >> shift) - ($1.map(\.step).min()! >> shift) + 1 }
    }
    let shift = (0...).first { 2 + 2 * stretches($0) <= count }!
    var steps: Set = [first, last]
    for part in parts {
      for stretch in Dictionary(grouping: part, by: { $0.step >> shift }).values {
        let points = stretch.sorted { $0.step < $1.step }
        let finite = points.filter(\.value.isFinite)
        if let least = finite.min(by: { $0.value < $1.value }) { steps.insert(least.step) }
        if let most = finite.max(by: { ($0.value, $1.step) < ($1.value, $0.step) }) { steps.insert(most.step) }
        if let odd = points.first(where: { !$0.value.isFinite }) { steps.insert(odd.step) }
      }
    }
    return steps.sorted()
  }

  private func check(_ store: RunStore, _ run: String, ends: [Int] = []) throws {
    let all = try store.history(ofRun: run, key: "train.l1")
    let known = Dictionary(uniqueKeysWithValues: all.map { ($0.step, $0) })
    for count in [4, 5, 100, 333, 1_000_000] {
      let found = try store.history(ofRun: run, key: "train.l1", points: count)
      #expect(found.map(\.step) == thinned(all, ends: ends, to: count), "\(count) points")
      for point in found {
        let exact = try #require(known[point.step])
        #expect(point.time == exact.time)
        #expect(point.value == exact.value || (point.value.isNaN && exact.value.isNaN))
      }
    }
  }

  private func value(_ random: inout SplitMix) -> Double {
    switch Int.random(in: 0..<50, using: &random) {
    case 0: .nan
    case 1: .infinity
    case 2: -.infinity
    default: Double(Int.random(in: -400..<400, using: &random)) / 8
    }
  }

  @Test func `a thinned history keeps what a thinning of all points keeps, however the points arrived`() throws {
    var random = SplitMix(state: 3)
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    // Some one by one, some in bulk, some late, with gaps.
    for step in 0..<200 { try recorder.metric("train.l1", step: step, value: value(&random)) }
    var later = (200..<1500).filter { _ in Int.random(in: 0..<5, using: &random) > 0 } + Array(20_000..<20_500)
    let late = later.indices.filter { _ in Int.random(in: 0..<20, using: &random) == 0 }.map { later[$0] }
    later.removeAll { Set(late).contains($0) }
    try recorder.record(later.map { .metric(key: "train.l1", step: $0, value: value(&random)) })
    try check(store, run.id)
    try recorder.record(late.shuffled(using: &random).map { .metric(key: "train.l1", step: $0, value: value(&random)) })
    try check(store, run.id)
    #expect(try integrity(store) == "ok")
  }

  @Test func `epochs done again are thinned as they are now`() throws {
    var random = SplitMix(state: 4)
    let (store, run) = try storeWithOneRun(in: folder)
    let first = try store.begin(stage: run.stages[1])
    try first.record(
      (0..<1500).flatMap {
        [.metric(key: "train.l1", step: $0, value: value(&random)), .metric(key: "other", step: $0, value: 1)]
      })
    let second = try store.begin(stage: run.stages[1])
    for step in [100, 101, 700] { try second.metric("train.l1", step: step, value: 1000 + Double(step)) }
    try check(store, run.id)
    // What the later attempt doesn't say of the last epochs is gone, and with it the end of the history.
    try second.record((750..<1500).map { .metric(key: "other", step: $0, value: 2) })
    #expect(try store.history(ofRun: run.id, key: "train.l1").last?.step == 749)
    try check(store, run.id)
    try second.metric("train.l1", step: 4000, value: 0)
    try check(store, run.id)
    try second.record((700..<1300).map { .metric(key: "train.l1", step: $0, value: value(&random)) })
    try check(store, run.id)
  }

  @Test func `a run that leaves a training early is thinned to where it leaves`() throws {
    var random = SplitMix(state: 5)
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let long = plan([plannedRun("long")], epochs: 2000)
    let train = long.stages[1].hash
    let short = PlannedRun(
      id: "5047", name: "short", parameters: [:], stages: Array(long.runs[0].stages.prefix(2)), ends: [train: 1250])
    try store.register(Plan(experiment: Experiment(name: "x"), runs: long.runs + [short], stages: long.stages))
    let recorder = try store.begin(stage: train)
    try recorder.record((0..<2000).map { .metric(key: "train.l1", step: $0, value: value(&random)) })
    #expect(try store.history(ofRun: short.id, key: "train.l1").count == 1250)
    try check(store, short.id)
    try check(store, long.runs[0].id)
    let summary = try #require(try store.summary(ofRun: short.id).metrics["train.l1"])
    let points = try store.history(ofRun: short.id, key: "train.l1").map(\.value).filter { !$0.isNaN }
    #expect(summary.min == points.min())
    #expect(summary.max == points.max())
    #expect(summary.lastStep == 1249)
  }

  @Test func `an unknown metric is pointed out`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    try store.begin(stage: run.stages[1]).metric("train.l1", step: 0, value: 1)
    #expect(throws: InputError.self) { try store.history(ofRun: run.id, key: "train.l2", points: 10) }
  }
}
