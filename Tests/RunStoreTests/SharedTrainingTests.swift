import Experiments
import Foundation
import Testing

@testable import RunStore

/// Runs whose trainings are several stages, or the beginning of one.
@Suite struct SharedTrainingTests {
  let folder = try! TemporaryFolder()

  /// Prepared data, and a training of three epochs.
  private func stages() -> [Stage] { Array(plan([plannedRun("long")]).stages.prefix(2)) }

  private func experiment(_ runs: [PlannedRun], _ stages: [Stage]) -> Plan {
    Plan(experiment: Experiment(name: "x"), runs: runs, stages: stages)
  }

  private func run(_ name: String, _ stages: [Stage], end: Int? = nil) -> PlannedRun {
    let train = stages.last { $0.kind == .train }?.hash ?? ""
    return PlannedRun(
      id: String(hash(name).prefix(12)), name: name, parameters: [:], stages: stages.map(\.hash),
      ends: end.map { [train: $0] } ?? [:])
  }

  private func train(_ stage: Stage, in store: RunStore, values: [Double]) throws {
    let recorder = try store.begin(stage: stage.hash)
    for (epoch, value) in zip(stage.trained, values) {
      try recorder.metric("train.l1", step: epoch, value: value)
      try recorder.event("epoch", epoch: epoch)
    }
    try recorder.finish()
  }

  private func continuation(of stage: Stage) -> Stage {
    Stage(
      hash: hash("five"), kind: .train, parents: [stage.hash], parameters: [:], epochs: 5,
      states: [stage.hash, hash("four"), hash("five")], keep: [5])
  }

  @Test func `a run ends where it leaves a training, whether that was there before it or after`() throws {
    let stages = stages()
    for early in [true, false] {
      let store = try RunStore(path: folder.path("\(early).db"), mode: .create)
      let (long, short) = (run("long", stages), run("short", stages, end: 2))
      try store.register(experiment(early ? [long, short] : [long], stages))
      try train(stages[1], in: store, values: [.nan, 0.5, 0.25])
      if !early { try store.register(experiment([short], stages)) }

      #expect(try store.history(ofRun: long.id, key: "train.l1").map(\.step) == [0, 1, 2])
      #expect(try store.history(ofRun: short.id, key: "train.l1").map(\.step) == [0, 1])
      #expect(try store.events(ofRun: short.id).map(\.epoch) == [0, 1])
      let metric = try #require(try store.summary(ofRun: short.id).metrics["train.l1"])
      #expect(metric == .init(last: 0.5, lastStep: 1, min: 0.5, minStep: 1, max: 0.5, maxStep: 1))
      #expect(try store.summary(ofRun: long.id).metrics["train.l1"]?.last == 0.25)
      #expect(try store.summary(ofRun: short.id).stages.map(\.endEpoch) == [nil, 2])
      #expect(try store.states(ofRun: short.id).keys.sorted() == [0, 1, 2])
      let seconds = try [long, short].map { try store.summary(ofRun: $0.id).wallSeconds }
      #expect(abs(seconds[1] - seconds[0] * 2 / 3) < 1e-9)
      try store.register(experiment([run("short", stages)], stages))
      #expect(try store.summary(ofRun: short.id).metrics["train.l1"]?.lastStep == 2)
    }
  }

  @Test func `an epoch done again is told anew to runs that leave the training after it`() throws {
    let stages = stages()
    let store = try RunStore(path: folder.path("again.db"), mode: .create)
    let short = run("short", stages, end: 2)
    try store.register(experiment([run("long", stages), short], stages))
    try train(stages[1], in: store, values: [1, 2, 3])
    try train(stages[1], in: store, values: [5, 4, 6])
    let metric = try #require(try store.summary(ofRun: short.id).metrics["train.l1"])
    #expect(metric == .init(last: 4, lastStep: 1, min: 4, minStep: 1, max: 5, maxStep: 0))
  }

  @Test func `a run's parts are one history`() throws {
    let store = try RunStore(path: folder.path("parts.db"), mode: .create)
    let stages = stages() + [continuation(of: stages()[1])]
    let long = run("long", stages)
    try store.register(experiment([long], stages))
    try train(stages[1], in: store, values: [1, 2, 3])
    try train(stages[2], in: store, values: [4, 5])
    #expect(try store.history(ofRun: long.id, key: "train.l1").map(\.value) == [1, 2, 3, 4, 5])
    #expect(try store.summary(ofRun: long.id).metrics["train.l1"]?.max == 5)
    #expect(try store.stage(stages[2].hash) == stages[2])
    #expect(try store.stage(stages[2].hash).trained == 3..<5)
    #expect(try store.states(ofRun: long.id).count == 6)
    #expect(try store.trainings(through: [hash("four")]).map(\.hash) == [hash("five")])
    #expect(try store.trainings(through: [stages[1].hash]).map(\.hash) == [stages[1].hash])
  }

  @Test func `a training keeps its range, and a plan that has it otherwise is refused`() throws {
    let store = try RunStore(path: folder.path("range.db"), mode: .create)
    let stages = stages() + [continuation(of: stages()[1])]
    try store.register(experiment([], stages))
    let whole = Stage(
      hash: hash("five"), kind: .train, parents: [stages[0].hash], parameters: [:], epochs: 5,
      states: stages[1].states + [hash("four"), hash("five")], keep: [5])
    #expect(throws: OutdatedPlan.self) { try store.register(experiment([], [stages[0], whole])) }
    #expect(try store.stage(hash("five")) == stages[2])
  }
}
