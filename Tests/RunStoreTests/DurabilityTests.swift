import Experiments
import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct DurabilityTests {
  let folder = try! TemporaryFolder()

  @Test func `a killed writer loses no acknowledged record`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    var logged = 0
    for attempt in 1...12 {
      let writer = try StoreWriter(["log", store.path, run.stages[1], "metric \(attempt)", "100000"])
      let patience = Int.random(in: 0...300)
      var acknowledged: [String] = []
      while acknowledged.count < patience, let line = writer.line() { acknowledged.append(line) }
      writer.kill()
      acknowledged += writer.rest()
      logged += acknowledged.count
      guard let last = acknowledged.last.flatMap({ Int($0) }) else { continue }
      let history = try store.history(ofRun: run.id, key: "metric \(attempt)")
      #expect(history.count == last + 1 || history.count == last + 2)
      #expect(history.allSatisfy { $0.value == Double($0.step) / 2 })
      #expect(try store.summary(ofRun: run.id).metrics["metric \(attempt)"]?.lastStep == history.count - 1)
    }
    #expect(logged > 0)
    #expect(try integrity(store) == "ok")
    #expect(try store.summary(ofRun: run.id).status == .failed)
  }

  @Test func `many processes may create one store at the same instant`() throws {
    let path = folder.path("new/folder/runs.db")
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    let stages = (0..<8).map { hash("\($0) stage") }
    let writers = try stages.map { try StoreWriter(["create", path, $0]) }
    for writer in writers {
      _ = writer.rest()
      #expect(writer.process.terminationStatus == 0)
    }
    let store = try RunStore(path: path, mode: .readOnly)
    #expect(try store.runs().count == 8)
    #expect(try store.runs().allSatisfy { $0.status == .finished && $0.metrics["train.l1"]?.last == 1 })
    #expect(try integrity(store) == "ok")
  }

  @Test func `writers at once wait for each other, and readers for nobody`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let runs = ["a", "b", "c"].map { plannedRun($0, training: "train " + $0) }
    try store.register(plan(runs))
    let writers = try runs.map { try StoreWriter(["log", store.path, $0.stages[1], "train.l1", "500"]) }
    while writers.contains(where: \.process.isRunning) {
      for run in try store.runs() {
        guard let metric = run.metrics["train.l1"] else { continue }
        #expect(try store.history(ofRun: run.id, key: "train.l1").count > metric.lastStep)
      }
    }
    for (writer, run) in zip(writers, runs) {
      #expect(writer.rest().count == 500)
      #expect(writer.process.terminationStatus == 0)
      #expect(try store.history(ofRun: run.id, key: "train.l1").map(\.step) == Array(0..<500))
    }
  }

  @Test func `a run whose process is gone is not shown as running`() throws {
    let (store, run) = try storeWithOneRun(in: folder)
    let writer = try StoreWriter(["hold", store.path, run.stages[1]])
    #expect(writer.line() == "begun")
    #expect(try store.summary(ofRun: run.id).status == .running)
    #expect(try store.lock(stage: run.stages[1]) == nil)
    #expect(try store.runs(matching: Filter("status = RUNNING")).count == 1)
    writer.kill()
    _ = writer.rest()

    for mode in [RunStore.Mode.existing, .readOnly] {
      let reader = try RunStore(path: store.path, mode: mode)
      #expect(try reader.summary(ofRun: run.id).status == .failed)
      #expect(try reader.summary(ofRun: run.id).stages.map(\.status) == [.scheduled, .failed, .scheduled])
      #expect(try reader.runs(matching: Filter("status = RUNNING")).isEmpty)
      #expect(try reader.attempts(of: run.stages[1]).map(\.message) == ["the process is gone"])
      #expect(try reader.progress(ofStages: run.stages)[run.stages[1]]?.status == .failed)
    }
    try store.endDeadAttempts()
    let attempt = try #require(try store.attempts(of: run.stages[1]).first)
    #expect(attempt.status == .failed)
    #expect(attempt.process == Int(writer.process.processIdentifier))
    #expect(attempt.endedAt == attempt.startedAt)
    #expect(try store.lock(stage: run.stages[1]) != nil)
  }
}

func integrity(_ store: RunStore) throws -> String? {
  try store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
}

func number(_ store: RunStore, _ sql: String) throws -> Int? {
  try store.read { try Int.fetchOne($0, sql: sql) }
}
