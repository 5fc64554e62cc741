import Experiments
import Foundation
import RunStore
import Testing
import Torch

@testable import Training

/// Runs that begin together and part, against the same runs alone.
struct SharingTests {
  private func sweep(_ warmups: [Int], _ overrides: [String]) throws -> Scratch {
    let axis = "\nsweep: {parameters: {conditioning.warmup.epochs: {values: \(warmups)}}}"
    let scratch = try Scratch(Scratch.tiny + axis, overrides: overrides)
    try scratch.execute()
    return scratch
  }

  /// Everything that is recorded of a run, but what depends on the clock and on which states are kept.
  private func recorded(_ run: String, _ store: RunStore) throws -> [String] {
    let keys = try store.metricKeys(ofRun: run).filter {
      !$0.hasSuffix("seconds") && !$0.hasSuffix("per_second") && !$0.hasSuffix("bytes")
    }
    let metrics = try keys.map { key in
      "\(key): \(try store.history(ofRun: run, key: key).map { "\($0.step) \($0.value)" })"
    }
    let events = try store.events(ofRun: run).filter { $0.type != "checkpoint.saved" && $0.type != "resumed" }
      .map { "\($0.epoch) \($0.type) \($0.payload.json)" }
    let grids = try store.gridEpochs(ofRun: run).map { epoch in
      "\(epoch): \(try store.grid(ofRun: run, epoch: epoch)?.cells.map(\.rgb).hashValue ?? 0)"
    }
    return metrics + events + grids
  }

  /// Of the file with a run's last state, progress and optimizer included.
  private func digest(_ run: String, _ store: RunStore) throws -> String? {
    let last = try #require(try store.states(ofRun: run).max { $0.key < $1.key }).value
    return try store.checkpoints(ofStates: [last])[last]?.sha256
  }

  private func expectAlike(_ shared: Scratch, _ warmups: [Int], _ overrides: [String]) throws {
    for (run, warmup) in zip(shared.plan.runs, warmups) {
      let alone = try Scratch(overrides: overrides + ["conditioning.warmup.epochs=\(warmup)"])
      try alone.execute()
      #expect(alone.plan.stages.count { $0.kind == .train } == 1)
      #expect(try digest(run.id, shared.store) == digest(alone.run, alone.store))
      #expect(try digest(run.id, shared.store) != nil)
      #expect(try recorded(run.id, shared.store) == recorded(alone.run, alone.store))
    }
  }

  @Test(arguments: [
    ["training.ema.decay=0.9", "training.keep.best=validation.ema.l1"],
    ["training.schedule={kind: cosine, warmup_epochs: 0.5}", "sampling.grid.every_epochs=null"],
  ])
  func `runs that part come to what each comes to alone, bit by bit`(overrides: [String]) throws {
    let shared = try sweep([1, 2, 3], overrides)
    #expect(shared.plan.stages.map(\.trained).filter { !$0.isEmpty } == [0..<1, 1..<4, 1..<2, 2..<4, 2..<4])
    try expectAlike(shared, [1, 2, 3], overrides)
  }

  /// It stops after three epochs: where two part, and before two others do.
  @Test func `a training that ends early ends for all that go on from it`() throws {
    let overrides = [
      "training.epochs=6", "sampling.grid.every_epochs=null",
      "training.early_stopping={metric: train.mse, patience: 2, min_delta: 10}",
    ]
    let shared = try sweep([3, 4, 5], overrides)
    #expect(shared.plan.stages.map(\.trained).filter { !$0.isEmpty }.contains(4..<6))
    try expectAlike(shared, [3, 4, 5], overrides)
  }

  @Test func `a part that is stopped goes on from where it was`() throws {
    let overrides = ["sampling.grid.every_epochs=null"]
    let alone = try Scratch(overrides: overrides + ["conditioning.warmup.epochs=2"])
    try alone.execute()
    let parts = try Scratch(
      Scratch.tiny + "\nsweep: {parameters: {conditioning.warmup.epochs: {values: [2, 3]}}}", overrides: overrides)
    let execution = StageExecution(parts.store, ProgressLines())
    for stage in parts.plan.stages.prefix(2) { try execution.run(stage.hash) }
    let branch = parts.plan.stages[2]
    #expect(branch.trained == 2..<4)
    let origin = try #require(try parts.store.checkpoints(ofStates: branch.states)[branch.states[0]])
    let stopped = try TrainStage(
      stage: branch, recorder: try parts.store.begin(stage: branch.hash), artifacts: parts.store.artifacts,
      progress: ProgressLines(),
      data: PreparedData(
        contentsOf: parts.store.artifacts.appendingPathComponent(PrepareStage.path(of: parts.plan.stages[0].hash))),
      origin: { try CheckpointFile(origin, in: parts.store.artifacts) })
    // Three steps an epoch, of which two ask, 8 batches of validation, and the end.
    stopped.interruption = ResumeTests.stopping(at: 12)
    #expect(throws: Interruption.Stopped.self) { try stopped.run() }
    try FileManager.default.removeItem(at: parts.store.artifacts.appendingPathComponent(origin.path))
    try execution.run(branch.hash)
    #expect(try digest(parts.run, parts.store) == digest(alone.run, alone.store))
    #expect(try parts.store.events(ofRun: parts.run).contains { $0.type == "resumed" && $0.epoch == 3 })
  }

  @Test func `ten epochs are gone on with, and begun from`() throws {
    let scratch = try Scratch(overrides: ["training.epochs=2", "conditioning.warmup=null"])
    try scratch.execute()
    let file = scratch.folder.appendingPathComponent("experiment.yaml").path
    func extended(_ epochs: Int) throws -> Plan {
      let overrides = ["training.epochs=\(epochs)", "conditioning.warmup=null", "sampling.steps=3"]
      return try Plan.make(
        Experiment.load(file: file, overrides: overrides), sourceDigest: { _ in "" },
        known: { states in
          let stages = try scratch.store.trainings(through: states)
          let kept = try scratch.store.checkpoints(ofStates: Array(states))
          return KnownTrainings(
            stages.map { .init(stage: $0, isFinished: true, isBegun: true) }, kept: Set(kept.keys))
        })
    }
    let execution = StageExecution(scratch.store, ProgressLines())
    for epochs in [3, 1] {
      let plan = try extended(epochs)
      try scratch.store.register(plan)
      for stage in plan.stages where try scratch.store.progress(ofStages: [stage.hash])[stage.hash]?.attempts == 0 {
        try execution.run(stage.hash)
      }
      let alone = try Scratch(
        overrides: ["training.epochs=\(epochs)", "conditioning.warmup=null", "sampling.steps=3"])
      try alone.execute()
      #expect(try recorded(plan.runs[0].id, scratch.store) == recorded(alone.run, alone.store))
      let run = try TrainedRun(plan.runs[0].id, scratch.store)
      #expect(run.checkpoint.epochs == epochs)
      #expect(try CheckpointFile(run.checkpoint, in: scratch.store.artifacts).weights.count > 10)
    }
    #expect(try scratch.store.runs().map(\.stages.count).sorted() == [3, 4, 6])
  }
}
