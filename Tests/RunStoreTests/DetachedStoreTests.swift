import Experiments
import Foundation
import Testing

@testable import RunStore

@Suite struct DetachedStoreTests {
  let folder = try! TemporaryFolder()
  let store: RunStore
  let run: PlannedRun
  var training: String { run.stages[1] }

  init() throws {
    (store, run) = try storeWithOneRun(in: folder)
  }

  private func detached(_ attempt: String = "12_3-0") throws -> DetachedStore {
    try store.writeOrders(for: [training]) { _ in false }
    return try DetachedStore(
      artifacts: store.artifacts, stage: training, attempt: attempt, surroundings: ["slurm.job": "12_3"])
  }

  private let checkpoint = Checkpoint(
    state: hash("state"), epochs: 2, path: "checkpoints/a.safetensors", sha256: hash("digest"), bytes: 7)

  /// One of each kind, with what JSON has no numbers for.
  private func record(to recorder: Recorder) throws {
    let cell = GridCell(index: 1, noiseIndex: 4, label: 0, labelName: "a \"name\"\n", size: 2, rgb: Array(0..<12))
    try recorder.environment(["system": "other"])
    for (step, value) in [0.1, .nan, .infinity, -.infinity, 1e-300, 3].enumerated() {
      try recorder.metric("train.l1", step: step, value: value)
    }
    try recorder.record([
      .event(type: "checkpoint.saved", epoch: 1, payload: ["bytes": 7, "rate": 1.0]), .checkpoint(checkpoint),
      .gridCells([cell], epoch: 2), .metric(key: "validation.l1", step: 2, value: 0.25),
    ])
  }

  @Test func `what it records is in the store as if it had been recorded there`() throws {
    let other = try TemporaryFolder()
    let (directly, _) = try storeWithOneRun(in: other)
    let recorder = try directly.begin(stage: training, environment: ["slurm.job.train": "12_3"])
    try record(to: recorder)
    try recorder.finish()

    let apart = try detached().begin(stage: training, environment: [:])
    try record(to: apart)
    try apart.finish()
    try store.takeInRecords(ofStages: [training])

    for key in ["train.l1", "validation.l1"] {
      let (mine, theirs) = (try store.history(ofRun: run.id, key: key), try directly.history(ofRun: run.id, key: key))
      #expect(mine.map(\.step) == theirs.map(\.step))
      #expect(mine.map(\.value.bitPattern) == theirs.map(\.value.bitPattern))
    }
    #expect(
      try store.events(ofRun: run.id).map { [$0.type, "\($0.epoch)", $0.payload.json] }
        == directly.events(ofRun: run.id).map { [$0.type, "\($0.epoch)", $0.payload.json] })
    #expect(try store.checkpoints(ofStates: [hash("state")]) == [hash("state"): checkpoint])
    #expect(try store.grid(ofRun: run.id)?.cells == directly.grid(ofRun: run.id)?.cells)
    let (mine, theirs) = (try store.attempts(of: training), try directly.attempts(of: training))
    #expect(mine.map(\.status) == [.finished])
    #expect(mine.map(\.host) == theirs.map(\.host))
    #expect(mine.map(\.environment) == theirs.map(\.environment))
  }

  @Test func `opens no database`() throws {
    _ = try detached()
    try FileManager.default.removeItem(atPath: store.path)
    let detached = try DetachedStore(artifacts: store.artifacts, stage: training, attempt: "1")
    #expect(try detached.stage(run.stages[0]).kind == .prepare)
    try record(to: detached.begin(stage: training, environment: [:]))
    #expect(!FileManager.default.fileExists(atPath: store.path))
  }

  private func isOver(_ stage: String) throws -> Bool { try store.slurmTasks(ofStages: [stage]).isEmpty }

  private func hasRecords(_ stage: String) -> Bool { !RecordFiles(stage: stage, in: store.artifacts).all.isEmpty }

  @Test func `a task whose end is taken in as finished is over, and one that was stopped is not`() throws {
    try store.announce([SlurmTask(stage: training, name: "a", job: 12, index: 3, attempts: 0)])
    try detached("12_3-0").begin(stage: training, environment: [:]).fail("stopped from outside", status: .killed)
    try store.takeInRecords()
    #expect(try !isOver(training))
    usleep(2000)
    try detached("12_3-1").begin(stage: training, environment: [:]).finish()
    try store.takeInRecords()
    #expect(try isOver(training))
    try store.removeRecordFiles(ofStages: [training])
    #expect(!hasRecords(training))
  }

  @Test func `a task isn't over when an attempt before it is taken in as finished`() throws {
    try detached("11_0-0").begin(stage: training, environment: [:]).finish()
    try store.announce([SlurmTask(stage: training, name: "a", job: 12, index: 3, attempts: 1)])
    try store.takeInRecords()
    #expect(try store.attempts(of: training).map(\.status) == [.finished])
    #expect(try !isOver(training))
  }

  @Test func `record files go of what is finished, but not while a task may read them`() throws {
    let other = plannedRun("two", training: "u")
    try store.register(plan([run, other]))
    for stage in [run.stages[0], training] {
      try store.writeOrders(for: [stage]) { _ in false }
      try DetachedStore(artifacts: store.artifacts, stage: stage, attempt: "1").begin(stage: stage, environment: [:])
        .finish()
      try store.takeInRecords(ofStages: [stage])
    }
    let task = SlurmTask(stage: other.stages[1], name: "a", job: 12, index: 3, attempts: 0)
    try store.announce([task])
    try store.removeRecordFiles(ofStages: run.stages)
    #expect(hasRecords(run.stages[0]) && !hasRecords(training))
    try store.close([task])
    try store.removeRecordFiles(ofStages: run.stages)
    #expect(!hasRecords(run.stages[0]))
  }

  @Test func `attempts follow each other, and a later one's epochs replace an earlier one's`() throws {
    let first = try detached("12_3-0").begin(stage: training, environment: [:])
    #expect(first.attempt == 1)
    for step in 0..<3 { try first.metric("train.l1", step: step, value: 1) }
    try first.fail("stopped from outside", status: .killed)
    usleep(2000)
    let second = try detached("12_3-1").begin(stage: training, environment: [:])
    #expect(second.attempt == 2)
    for step in 1..<4 { try second.metric("train.l1", step: step, value: 2) }
    try second.finish()
    try store.takeInRecords(ofStages: [training])
    #expect(try store.attempts(of: training).map(\.status) == [.killed, .finished])
    #expect(try store.history(ofRun: run.id, key: "train.l1").map(\.value) == [1, 2, 2, 2])
  }

  @Test func `knows of the files that stages before it left, from the store and from their records`() throws {
    let data = run.stages[0]
    func file(_ path: String) -> Checkpoint {
      Checkpoint(state: data, epochs: 0, path: path, sha256: hash("digest"), bytes: 7)
    }
    try store.begin(stage: data).checkpoint(file("old"))
    try store.writeOrders(for: [data, training]) { _ in true }
    let before = try DetachedStore(artifacts: store.artifacts, stage: training, attempt: "1")
    #expect(try before.checkpoints(ofStates: [data]) == [data: file("old")])

    try store.writeOrders(for: [training]) { _ in false }
    let after = try DetachedStore(artifacts: store.artifacts, stage: training, attempt: "1")
    #expect(try after.checkpoints(ofStates: [data]) == [:])
    let preparation = try DetachedStore(artifacts: store.artifacts, stage: data, attempt: "1")
    try preparation.begin(stage: data, environment: [:]).checkpoint(file("new"))
    #expect(try after.checkpoints(ofStates: [data]) == [data: file("new")])
  }

  @Test func `a line that is not whole yet waits, and one that is damaged ends the attempt`() throws {
    try detached().begin(stage: training, environment: [:]).metric("train.l1", step: 0, value: 1)
    let file = try #require(RecordFiles(stage: training, in: store.artifacts).all.first).url
    let line = RecordLine.records([.metric(key: "train.l1", step: 1, value: 2)], sequence: 2, time: .now).json.json
    func append(_ text: String) throws {
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
    }
    try append(String(line.prefix(20)))
    try store.takeInRecords(ofStages: [training])
    #expect(try store.history(ofRun: run.id, key: "train.l1").count == 1)
    try append(line.dropFirst(20) + "\n")
    try store.takeInRecords(ofStages: [training])
    #expect(try store.history(ofRun: run.id, key: "train.l1").map(\.value) == [1, 2])

    try append("\0\0\0\n")
    try store.takeInRecords(ofStages: [training])
    let attempt = try #require(try store.attempts(of: training).first)
    #expect(attempt.status == .failed)
    #expect(attempt.message == "its records in \(file.path) are damaged")
    #expect(try store.history(ofRun: run.id, key: "train.l1").count == 2)
  }

  /// Two processes take in what a third thing writes, and are killed again and again.
  @Test func `each record is taken in exactly once, whoever dies`() throws {
    let count = 12_000
    let beginning = RecordLine.begin(
      stage: training, host: "node", process: 1, environment: [:], time: Timestamp(milliseconds: 1))
    var text = beginning.json.json + "\n"
    for step in 0..<count {
      let contents: [Record.Content] = [
        .metric(key: "train.l1", step: step, value: Double(step)), .event(type: "tick", epoch: step, payload: nil),
      ]
      text += RecordLine.records(contents, sequence: 2 * step + 1, time: Timestamp(milliseconds: step)).json.json + "\n"
    }
    let file = RecordFiles(stage: training, in: store.artifacts).file(named: "1", at: Timestamp(milliseconds: 1))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let data = Data(text.utf8)
    try data.prefix(data.count / 3).write(to: file)
    let output = try FileHandle(forWritingTo: file)
    try output.seekToEnd()
    for part in 0..<6 {
      let takers = try (0..<2).map { _ in try StoreWriter(["take-in", store.path, training]) }
      if part % 2 == 0 { _ = takers[0].line() }
      usleep(.random(in: 0...150_000))
      let from = data.count / 3 + part * (data.count - data.count / 3) / 6
      let to = part == 5 ? data.count : data.count / 3 + (part + 1) * (data.count - data.count / 3) / 6
      try output.write(contentsOf: data[from..<to])
      usleep(.random(in: 0...150_000))
      for taker in takers { taker.kill() }
      for taker in takers { _ = taker.rest() }
    }
    try store.takeInRecords(ofStages: [training])
    let history = try store.history(ofRun: run.id, key: "train.l1")
    #expect(history.map(\.value) == (0..<count).map(Double.init))
    #expect(try store.events(ofRun: run.id).count == count)
    #expect(try store.attempts(of: training).count == 1)
    #expect(try store.summary(ofRun: run.id).metrics["train.l1"]?.last == Double(count - 1))
  }
}
