import Experiments
import Foundation
import RunStore
import Testing
import Torch

@testable import Training

struct TrainingTests {
  func weights(_ scratch: Scratch, after epochs: Int) throws -> [String: Tensor] {
    let state = scratch.stage(.train).states[epochs]
    let checkpoint = try #require(try scratch.store.checkpoints(ofStates: [state])[state])
    return try CheckpointFile(checkpoint, in: scratch.store.artifacts).weights
  }

  @Test func `a run records both losses for every epoch, its grids and its checkpoints`() throws {
    let scratch = try Scratch()
    try scratch.execute()
    let summary = try scratch.store.summary(ofRun: scratch.run)
    #expect(summary.status == .finished)
    for key in ["train.l1", "train.mse", "validation.l1", "validation.mse", "learning_rate", "epoch.seconds"] {
      let points = try scratch.store.history(ofRun: scratch.run, key: key)
      #expect(points.map(\.step) == [0, 1, 2, 3], "\(key)")
      #expect(points.allSatisfy { $0.value.isFinite && $0.value > 0 }, "\(key)")
    }
    let validation = try scratch.store.history(ofRun: scratch.run, key: "validation.l1")
    #expect(validation[3].value < validation[0].value)
    #expect(try scratch.store.gridEpochs(ofRun: scratch.run) == [0, 1, 2, 3])
    let grid = try #require(try scratch.store.grid(ofRun: scratch.run))
    #expect(grid.cells.count == 10)
    #expect(grid.cells.map(\.label) == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    #expect(Set(grid.cells.map(\.rgb)).count == 10)
    let environment = try scratch.store.environment(ofRun: scratch.run)
    #expect(environment["libtorch"] == .string("2.13.0"))
    #expect(environment["parameters.label"] == .int(5 * 4 + 4 + 4 * 8 + 8))
    #expect(environment["data.digest"] != nil)
  }

  @Test func `a run says where its time went, and nothing of it twice`() throws {
    let scratch = try Scratch()
    let start = ContinuousClock.now
    try scratch.execute()
    let whole = (ContinuousClock.now - start) / .seconds(1)
    let seconds = try scratch.store.environment(ofRun: scratch.run).filter { $0.key.hasPrefix("seconds.") }
      .compactMapValues(\.number)
    for part in ["start", "data", "steps", "validation", "saving", "recording"] {
      #expect((seconds["seconds.train.\(part)"] ?? 0) > 0, "\(part)")
    }
    #expect((seconds["seconds.sample.steps"] ?? 0) > 0)
    #expect(seconds.values.reduce(0, +) < whole)
    let epochs = try scratch.store.history(ofRun: scratch.run, key: "epoch.seconds").reduce(0) { $0 + $1.value }
    let told = ["data", "steps", "validation"].reduce(0) { $0 + (seconds["seconds.train.\($1)"] ?? 0) }
    #expect(told > 0.5 * epochs)
  }

  @Test func `the warm-up's end is recorded, and the embedding net doesn't move after it`() throws {
    let scratch = try Scratch()
    try scratch.execute()
    let events = try scratch.store.events(ofRun: scratch.run)
    let frozen = try #require(events.first { $0.type == "warmup.frozen" })
    let masked = try #require(events.first { $0.type == "label_mask.on" })
    #expect(frozen.epoch == 2 && masked.epoch == 2)
    #expect(masked.payload["label_keep"] == .double(0.8))
    #expect(
      frozen.payload["parameters"]
        == ["label.linear_1.weight", "label.linear_1.bias", "label.linear_2.weight", "label.linear_2.bias"])

    let states = try (1...4).map { try weights(scratch, after: $0) }
    // Over a context of one token the cross-attention's query has no say: a bias before it stays at its initial zero.
    for (name, tensor) in states[1] where !name.hasSuffix("transformer_blocks.0.norm2.bias") {
      let values = tensor.values().map(\.bitPattern)
      let isFrozen = name.hasPrefix("label.")
      #expect((states[3][name]?.values().map(\.bitPattern) == values) == isFrozen, "\(name)")
    }
    let before = try #require(states[0]["label.linear_1.weight"]).values()
    #expect(states[1]["label.linear_1.weight"]?.values() != before)
  }

  @Test func `the same run elsewhere is the same, bit for bit`() throws {
    let scratches = [try Scratch(), try Scratch()]
    for scratch in scratches { try scratch.execute() }
    let files = try scratches.map { scratch in
      let states = scratch.stage(.train).states
      return try scratch.store.checkpoints(ofStates: states).mapValues(\.sha256)
    }
    #expect(files[0].count == 4 && files[0] == files[1])
    let grids = try scratches.map { try $0.store.grid(ofRun: $0.run)?.cells.map(\.rgb) }
    #expect(grids[0] == grids[1])
  }

  @Test func `runs that differ after an epoch are the same before it`() throws {
    let short = try Scratch(overrides: ["conditioning.warmup.epochs=2"])
    let long = try Scratch(overrides: ["conditioning.warmup.epochs=3"])
    for scratch in [short, long] { try scratch.execute() }
    #expect(short.stage(.train).states[0...2] == long.stage(.train).states[0...2])
    #expect(short.stage(.train).states[3] != long.stage(.train).states[3])
    for (name, tensor) in try weights(short, after: 2) {
      #expect(try weights(long, after: 2)[name]?.values() == tensor.values(), "\(name)")
    }
    #expect(
      try weights(short, after: 3)["label.linear_1.bias"]?.values()
        != weights(long, after: 3)["label.linear_1.bias"]?.values())
  }

  @Test func `a bottleneck leaves the network's initial weights as they were`() throws {
    let states = try [Value.null, 4].map { bottleneck in
      var configuration = try Configuration(Scratch().plan.runs[0].parameters)
      configuration.conditioning.bottleneck = bottleneck.number.map { Int($0) }
      let denoiser = Denoiser(configuration, classes: 5)
      denoiser.initialize(seed: 1)
      return denoiser.state
    }
    #expect(states[0]["label.linear_1.weight"]?.shape != states[1]["label.linear_1.weight"]?.shape)
    for (name, tensor) in states[0] where name.hasPrefix("unet.") {
      #expect(states[1][name]?.values() == tensor.values(), "\(name)")
    }
  }

  @Test func `a loss that is no number any more ends the run, and says where`() throws {
    let scratch = try Scratch(overrides: ["training.learning_rate=1e30"])
    #expect(throws: Divergence.self) { try scratch.execute() }
    let summary = try scratch.store.summary(ofRun: scratch.run)
    #expect(summary.status == .failed)
    let event = try #require(try scratch.store.events(ofRun: scratch.run).first { $0.type == "diverged" })
    #expect(event.epoch == 0)
    #expect(event.payload["step"] == .int(1))
  }

  @Test func `weights that were cut short or altered are refused by name`() throws {
    let scratch = try Scratch(overrides: ["sampling.grid.every_epochs=null"])
    let execution = StageExecution(scratch.store, ProgressLines())
    for kind in [StageKind.prepare, .train] { try execution.run(scratch.stage(kind).hash) }
    let state = try #require(scratch.stage(.train).states.last)
    let checkpoint = try #require(try scratch.store.checkpoints(ofStates: [state])[state])
    let url = scratch.store.artifacts.appendingPathComponent(checkpoint.path)
    let whole = try Data(contentsOf: url)
    try whole.prefix(whole.count / 2).write(to: url)
    let cut = #expect(throws: FormatError.self) { try execution.run(scratch.stage(.sample).hash) }
    #expect(cut?.file == url.path && cut?.reason.contains("truncated") == true)
    // Within the header, and in a tensor that drawing has no use for.
    for position in [20, whole.count - 5] {
      var altered = whole
      altered[position] ^= 1
      try altered.write(to: url)
      let changed = #expect(throws: FormatError.self) { try execution.run(scratch.stage(.sample).hash) }
      #expect(changed?.reason.contains("SHA-256") == true, "\(position)")
    }
    try whole.write(to: url)
    try execution.run(scratch.stage(.sample).hash)
    #expect(try scratch.store.summary(ofRun: scratch.run).status == .finished)
  }
}
