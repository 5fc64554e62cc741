import Experiments
import Foundation
import Testing

@testable import RunStore

@Suite struct RecordTests {
  let folder = try! TemporaryFolder()

  @Test(arguments: [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1, -1, 0])
  func `a value is kept exactly`(value: Double) throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    try recorder.metric("train.l1", step: 0, value: value)
    let read = try #require(try store.history(ofRun: run.id, key: "train.l1").first)
    let last = try #require(try store.summary(ofRun: run.id).metrics["train.l1"]?.last)
    #expect(read.value == value || (read.value.isNaN && value.isNaN))
    #expect(last == value || (last.isNaN && value.isNaN))
  }

  @Test func `a summary tells the last, the least and the greatest value, NaN aside`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    let values = [0.5, .nan, 0.25, .infinity, 0.25, .nan]
    for (step, value) in values.enumerated().shuffled() { try recorder.metric("train.l1", step: step, value: value) }
    let metric = try #require(try store.summary(ofRun: run.id).metrics["train.l1"])
    #expect(metric.last.isNaN)
    #expect(metric.lastStep == 5)
    #expect(metric.min == 0.25)
    #expect(metric.minStep == 2)
    #expect(metric.max == .infinity)
    #expect(metric.maxStep == 3)
    #expect(try store.history(ofRun: run.id, key: "train.l1").map(\.step) == Array(0..<6))
  }

  @Test func `the same records twice, and in another order, are there once`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    _ = try store.begin(stage: run.stages[1])
    let records = Self.someRecords(stage: run.stages[1], attempt: 1, epochs: 0..<3, scale: 1)
    try store.record(records)
    let once = try Everything(store, run.id)
    try store.record(records.shuffled())
    for record in records.shuffled() { try store.record([record]) }
    #expect(try Everything(store, run.id) == once)
    #expect(once.events.count == 3)
    #expect(once.history.map(\.value) == [1, 1.5, 2])
    #expect(once.grid?.cells.count == 2)
  }

  @Test func `what an attempt said of a step before it said it again has no say, however late it comes`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    _ = try store.begin(stage: run.stages[1])
    let records = [(10, 1.0), (20, 2.0)].map { sequence, value in
      Record(
        stage: run.stages[1], attempt: 1, sequence: sequence, content: .metric(key: "train.l1", step: 5, value: value))
    }
    for late in [[records[1]], [records[0]], records, records.reversed()] {
      try store.record(late)
      let metric = try #require(try store.summary(ofRun: run.id).metrics["train.l1"])
      #expect([metric.last, metric.min, metric.max] == [2, 2, 2])
    }
  }

  @Test func `an epoch done again replaces its rows, in whatever order the attempts arrive`() throws {
    let first = Self.someRecords(stage: hash("t"), attempt: 1, epochs: 0..<3, scale: 1)
    let second = Self.someRecords(stage: hash("t"), attempt: 2, epochs: 1..<2, scale: 10)
    var outcomes: [Everything] = []
    for order in [first + second, second + first, (first + second).shuffled()] {
      let folder = try TemporaryFolder()
      let (store, run) = try storeWithOneRun(in: folder)
      _ = try store.begin(stage: run.stages[1])
      _ = try store.begin(stage: run.stages[1])
      for record in order { try store.record([record]) }
      outcomes.append(try Everything(store, run.id))
      #expect(try store.metricKeys(ofRun: run.id) == ["train.l1", "validation.l1"])
    }
    #expect(outcomes[0] == outcomes[1])
    #expect(outcomes[0] == outcomes[2])
    #expect(outcomes[0].history.map(\.value) == [1, 15, 2])
    #expect(outcomes[0].metrics["train.l1"]?.max == 15)
    #expect(outcomes[0].metrics["train.l1"]?.maxStep == 1)
    #expect(outcomes[0].metrics["train.l1"]?.last == 2)
    #expect(outcomes[0].events.map(\.payload) == [1, 10, 1])
  }

  @Test func `what the later attempt does not say of an epoch is gone`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let first = try store.begin(stage: run.stages[1])
    try first.record([.metric(key: "a", step: 0, value: 1), .metric(key: "b", step: 0, value: 2)])
    let second = try store.begin(stage: run.stages[1])
    try second.metric("a", step: 0, value: 3)
    #expect(try store.summary(ofRun: run.id).metrics.mapValues(\.last) == ["a": 3])
  }

  @Test func `all of a transaction's records are there, or none`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    _ = try store.begin(stage: run.stages[1])
    let fine = Record(stage: run.stages[1], attempt: 1, sequence: 1, content: .metric(key: "a", step: 0, value: 1))
    for broken in [(stage: hash("unknown"), attempt: 1), (stage: run.stages[1], attempt: 2)] {
      var record = fine
      record.stage = broken.stage
      record.attempt = broken.attempt
      #expect(throws: InputError.self) { try store.record([fine, record]) }
    }
    #expect(try store.summary(ofRun: run.id).metrics.isEmpty)
    try store.record([fine])
    #expect(try store.summary(ofRun: run.id).metrics.count == 1)
  }

  @Test func `a stage that runs share is summed up in each, those registered later included`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    try recorder.metric("train.l1", step: 0, value: 4)
    let other = plannedRun("other")
    try store.register(plan([other]))
    try recorder.metric("train.l1", step: 1, value: 2)
    let sampling = try store.begin(stage: other.stages[2])
    try sampling.metric("sample.seconds", step: 1, value: 9)
    #expect(try store.summary(ofRun: other.id).metrics.mapValues(\.last) == ["train.l1": 2, "sample.seconds": 9])
    #expect(try store.summary(ofRun: run.id).metrics.mapValues(\.last) == ["train.l1": 2])
    #expect(try store.summary(ofRun: run.id).stages.map(\.shared) == [true, true, false])
  }

  @Test(arguments: [[], [3, 5, 63, 64, 100, 103], [40, 90, 100, 149]])
  func `a run that is registered while its stage records, point by point, knows all of the points`(
    late: [Int]
  ) throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    var steps = Array(0..<150)
    for pair in stride(from: 0, to: late.count, by: 2) { steps.swapAt(late[pair], late[pair + 1]) }
    for (count, step) in steps.enumerated() {
      try recorder.metric("train.l1", step: step, value: Self.course(step))
      guard [1, 50, 64, 65, 128, 140].contains(count + 1) else { continue }
      let other = plannedRun("other \(count)")
      try store.register(plan([other]))
      try Self.expect(try store.summary(ofRun: other.id), hasSeen: steps[...count])
    }
    try Self.expect(try store.summary(ofRun: run.id), hasSeen: steps[...])
    try recorder.finish()
    #expect(try number(store, "SELECT last_step FROM stage_metric") == 149)
  }

  @Test func `a late record of one stage takes nothing of the next stage's points from the run`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    try store.begin(stage: run.stages[1]).metric("train.l1", step: 0, value: 5)
    let next = try store.begin(stage: run.stages[2])
    for step in 1..<9 { try next.metric("train.l1", step: step, value: Double(step)) }
    // The same step once more: what is known of the metric is taken anew.
    let late = Record(
      stage: run.stages[1], attempt: 1, sequence: 7, content: .metric(key: "train.l1", step: 0, value: 6))
    try store.record([late])
    let metric = try #require(try store.summary(ofRun: run.id).metrics["train.l1"])
    #expect([metric.last, metric.min, metric.max] == [8, 1, 8])
  }

  private static func course(_ step: Int) -> Double { Double(step * 37 % 151) }

  private static func expect(_ summary: RunSummary, hasSeen steps: ArraySlice<Int>) throws {
    let metric = try #require(summary.metrics["train.l1"])
    #expect(metric.lastStep == steps.max())
    #expect(metric.last == steps.max().map(course))
    #expect(metric.minStep == steps.min { course($0) < course($1) })
    #expect(metric.maxStep == steps.max { course($0) < course($1) })
  }

  @Test func `checkpoints are found by state`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let recorder = try store.begin(stage: run.stages[1])
    var checkpoint = Checkpoint(
      state: hash("s"), epochs: 3, path: "checkpoints/s.safetensors", sha256: hash("f"), bytes: 9)
    try recorder.checkpoint(checkpoint)
    #expect(try store.checkpoints(ofStates: [hash("s"), hash("t")]) == [hash("s"): checkpoint])
    checkpoint.bytes = 10
    try recorder.checkpoint(checkpoint)
    #expect(try store.checkpoints(ofStates: [hash("s")]) == [hash("s"): checkpoint])
  }

  @Test func `a run's surroundings are what its attempts told, later ones over earlier ones`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    try store.begin(stage: run.stages[0], environment: ["dataset": "abc", "libtorch": "2.12"]).finish()
    let recorder = try store.begin(stage: run.stages[1], environment: ["libtorch": "2.13", "git": nil])
    try recorder.environment(["parameters": ["unet": 10, "labels": 2]])
    #expect(
      try store.environment(ofRun: run.id) == [
        "host": .string(ProcessInfo.processInfo.hostName), "dataset": "abc", "libtorch": "2.13", "git": nil,
        "parameters": ["unet": 10, "labels": 2],
      ])
  }

  static func someRecords(stage: String, attempt: Int, epochs: Range<Int>, scale: Double) -> [Record] {
    var contents: [Record.Content] = []
    for epoch in epochs {
      let value = scale * (1 + Double(epoch) / 2)
      contents += [
        .metric(key: "train.l1", step: epoch, value: value), .metric(key: "validation.l1", step: epoch, value: -value),
        .event(type: "checkpoint.saved", epoch: epoch, payload: .int(Int(scale))),
        .gridCells(
          [1, 0].map { index in
            let shade = UInt8(scale) + UInt8(epoch)
            return GridCell(
              index: index, noiseIndex: index, label: 3, labelName: "hero", size: 2,
              rgb: Array(repeating: shade, count: 12))
          }, epoch: epoch),
      ]
    }
    return contents.enumerated().map { offset, content in
      Record(
        stage: stage, attempt: attempt, sequence: offset + 1, time: Timestamp(milliseconds: 1_000 + offset),
        content: content)
    }
  }
}

/// All that was recorded in a run.
struct Everything: Equatable {
  var metrics: [String: RunSummary.Metric]
  var history: [MetricPoint]
  var events: [RunEvent]
  var grid: SampleGrid?
  var gridEpochs: [Int]

  init(_ store: RunStore, _ run: String) throws {
    metrics = try store.summary(ofRun: run).metrics
    history = try store.history(ofRun: run, key: "train.l1")
    events = try store.events(ofRun: run)
    grid = try store.grid(ofRun: run, epoch: 1)
    gridEpochs = try store.gridEpochs(ofRun: run)
  }
}
