import Experiments
import Foundation
import RunStore
import Testing
import Torch

@testable import Training

/// Trainings that end early in all the ways that a process can see, and go on.
struct ResumeTests {
  /// All that acts over time at once: a frozen part that is learnt again, averaged weights, a rate that rises, clipping.
  static let busy = """
    name: busy
    seed: 3
    data: {source: sprites, count: 60, size: 16, split: {train: 0.7, validation: 0.2, test: 0.1}}
    model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1, dropout: 0.1}
    conditioning:
      {embedding: 8, bottleneck: 4, dropout: 0.1, label_keep: 0.8,
       warmup: {epochs: 1, frozen_epochs: 1, frozen_dropout: false, parts: [label, unet.mid_block]}}
    diffusion: {timesteps: 50}
    training:
      {epochs: 3, batch_size: 8, loss: l1, learning_rate: 2.0e-3, threads: 1, gradient_clipping: 0.5,
       min_snr: 5, ema: {decay: 0.9}, schedule: {kind: cosine, warmup_epochs: 0.5}, keep: {best: validation.ema.l1}}
    sampling: {steps: 5, grid: {rows: 1, every_epochs: 1}}
    """

  /// Stops as if the process had ended after so many more steps.
  struct Stop: Error {}

  private func executed(_ yaml: String = busy, overrides: [String] = []) throws -> Scratch {
    let scratch = try Scratch(yaml, overrides: overrides)
    try scratch.execute()
    return scratch
  }

  private func prepare(_ scratch: Scratch) throws {
    try StageExecution(scratch.store, ProgressLines()).run(scratch.stage(.prepare).hash)
  }

  private func stage(_ scratch: Scratch) throws -> TrainStage {
    let stage = scratch.stage(.train)
    return try TrainStage(
      stage: stage, recorder: try scratch.store.begin(stage: stage.hash), artifacts: scratch.store.artifacts,
      progress: ProgressLines(),
      data: PreparedData(
        contentsOf: scratch.store.artifacts.appendingPathComponent(PrepareStage.path(of: stage.parents[0]))),
      origin: { throw Stop() })
  }

  private func checkpoints(_ scratch: Scratch) throws -> [String: String] {
    try scratch.store.checkpoints(ofStates: scratch.stage(.train).states).mapValues(\.sha256)
  }

  /// What must be equal however often a training was stopped; times are left out.
  private func recorded(_ scratch: Scratch) throws -> [String: [Double]] {
    let keys = try scratch.store.summary(ofRun: scratch.run).metrics.keys.filter {
      !$0.hasSuffix("seconds") && !$0.hasSuffix("per_second") && !$0.hasSuffix("bytes")
    }
    return try Dictionary(
      uniqueKeysWithValues: keys.map { ($0, try scratch.store.history(ofRun: scratch.run, key: $0).map(\.value)) })
  }

  @Test func `a training stopped after every single step comes to the same weights and records`() throws {
    let whole = try executed()
    let parts = try Scratch(Self.busy)
    try prepare(parts)
    var attempts = 0
    while true {
      attempts += 1
      let stage = try stage(parts)
      var steps = 0
      stage.beforePause = {
        steps += 1
        if steps == 2 { throw Stop() }
        try stage.save()
      }
      do {
        try stage.run()
        try stage.recorder.finish()
        break
      } catch is Stop {}
      try #require(attempts < 100)
    }
    #expect(attempts > 15)
    for sample in parts.plan.stages where sample.kind == .sample {
      try StageExecution(parts.store, ProgressLines()).run(sample.hash)
    }
    #expect(try checkpoints(parts) == checkpoints(whole))
    #expect(try recorded(parts) == recorded(whole))
    #expect(try recorded(parts)["validation.ema.mse.bucket.7"]?.count == 3)
    for epoch in 0..<3 {
      let grids = try [whole, parts].map { try $0.store.grid(ofRun: $0.run, epoch: epoch)?.cells.map(\.rgb) }
      #expect(grids[0] != nil && grids[0] == grids[1])
    }
    func events(_ scratch: Scratch) throws -> [String] {
      try scratch.store.events(ofRun: scratch.run).filter { $0.type != "resumed" }
        .map { "\($0.epoch) \($0.type) \($0.payload.json)" }
    }
    #expect(try events(parts) == events(whole))
    #expect(try events(whole).contains { $0.hasPrefix("1 warmup.frozen") })
    #expect(try events(whole).contains { $0.hasPrefix("2 warmup.unfrozen") })
    let left = parts.store.artifacts.appendingPathComponent("resume/\(parts.stage(.train).hash)")
    #expect(!FileManager.default.fileExists(atPath: left.path))
  }

  @Test func `a state that was cut short or altered is refused by name, and the one before is taken`() throws {
    let whole = try executed()
    let scratch = try Scratch(Self.busy)
    try prepare(scratch)
    let stopped = try stage(scratch)
    var steps = 0
    stopped.beforePause = {
      steps += 1
      if steps == 6 { throw Stop() }
      try stopped.save()
    }
    #expect(throws: Stop.self) { try stopped.run() }

    let folder = scratch.store.artifacts.appendingPathComponent("resume/\(scratch.stage(.train).hash)")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "safetensors" }.sorted { $0.path < $1.path }
    #expect(files.count == 2)
    var bytes = try Data(contentsOf: files[1])
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: files[1])

    let resumed = try stage(scratch)
    try resumed.run()
    try resumed.recorder.finish()
    let events = try scratch.store.events(ofRun: scratch.run)
    let refused = try #require(events.first { $0.type == "checkpoint.refused" })
    #expect(refused.payload["file"] == .string(files[1].lastPathComponent))
    #expect(events.first { $0.type == "resumed" }?.payload["step"] == .int(4))
    #expect(try checkpoints(scratch) == checkpoints(whole))
  }

  @Test func `a training whose every state is gone or broken begins anew`() throws {
    let whole = try executed()
    let scratch = try Scratch(Self.busy)
    try prepare(scratch)
    let stopped = try stage(scratch)
    stopped.beforePause = {
      try stopped.save()
      throw Stop()
    }
    #expect(throws: Stop.self) { try stopped.run() }
    let folder = scratch.store.artifacts.appendingPathComponent("resume/\(scratch.stage(.train).hash)")
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      try Data().write(to: file)
    }
    let resumed = try stage(scratch)
    try resumed.run()
    try resumed.recorder.finish()
    #expect(try checkpoints(scratch) == checkpoints(whole))
  }
}
