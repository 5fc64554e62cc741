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

  /// Asked for the `call`th time whether to stop, says yes.
  static func stopping(at call: Int) -> () throws -> Void {
    var calls = 0
    return {
      calls += 1
      if calls == call { throw Interruption.Stopped() }
    }
  }

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
      origin: { throw InputError("a training from its beginning has no origin") })
  }

  /// Does all that is left of the run.
  private func finish(_ scratch: Scratch) throws {
    let training = try stage(scratch)
    try training.run()
    try training.recorder.finish()
    for sample in scratch.plan.stages where sample.kind == .sample {
      try StageExecution(scratch.store, ProgressLines()).run(sample.hash)
    }
  }

  /// The states to go on from, the latest last.
  private func saved(_ scratch: Scratch) throws -> [URL] {
    let folder = scratch.store.artifacts.appendingPathComponent("resume/\(scratch.stage(.train).hash)")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "safetensors" }.sorted { $0.path < $1.path }
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

  /// Every other attempt ends after a single step, the others ever later, so that validation ends too.
  @Test func `a training stopped after every step and within validation comes to the same weights and records`() throws
  {
    let whole = try executed()
    let parts = try Scratch(Self.busy)
    try prepare(parts)
    var attempts = 0
    while true {
      attempts += 1
      let stage = try stage(parts)
      stage.interruption = Self.stopping(at: attempts.isMultiple(of: 2) ? attempts : 2)
      do {
        try stage.run()
        break
      } catch is Interruption.Stopped {}
      try #require(attempts < 100)
    }
    #expect(attempts > 15)
    try finish(parts)
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
    // An epoch asks 22 times: after 5 of its 6 steps, within both validations 8 times each, and at its end.
    for calls in [24, 2] {
      let stopped = try stage(scratch)
      stopped.interruption = Self.stopping(at: calls)
      #expect(throws: Interruption.Stopped.self) { try stopped.run() }
    }
    let files = try saved(scratch)
    #expect(files.count == 2)
    #expect(files[1].lastPathComponent == "epoch-000000001-step-000000004.safetensors")
    var bytes = try Data(contentsOf: files[1])
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: files[1])

    let stepsBefore = try CheckpointFile(contentsOf: files[0]).progress.tally.steps
    try finish(scratch)
    let events = try scratch.store.events(ofRun: scratch.run)
    let refused = try #require(events.first { $0.type == "checkpoint.refused" })
    #expect(refused.payload["file"] == .string(files[1].lastPathComponent))
    let resumed = try #require(events.last { $0.type == "resumed" })
    #expect(resumed.payload["step"] == .int(stepsBefore))
    #expect(try checkpoints(scratch) == checkpoints(whole))
    #expect(try recorded(scratch) == recorded(whole))
  }

  @Test func `a training whose every state is gone or broken begins anew`() throws {
    let whole = try executed()
    let scratch = try Scratch(Self.busy)
    try prepare(scratch)
    let stopped = try stage(scratch)
    stopped.interruption = Self.stopping(at: 24)
    #expect(throws: Interruption.Stopped.self) { try stopped.run() }
    for file in try saved(scratch) {
      try Data().write(to: file)
      try Data().write(to: file.appendingPathExtension("sha256"))
    }
    try finish(scratch)
    #expect(try checkpoints(scratch) == checkpoints(whole))
    #expect(try recorded(scratch) == recorded(whole))
  }
}
