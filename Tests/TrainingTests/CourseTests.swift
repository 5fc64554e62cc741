import Experiments
import Foundation
import RunStore
import Testing

@testable import Training

/// Decisions that hang on metrics, seen from what a run records.
struct CourseTests {
  private func executed(_ overrides: String...) throws -> Scratch {
    let scratch = try Scratch(overrides: ["training.epochs=6", "sampling.grid.every_epochs=null"] + overrides)
    try scratch.execute()
    return scratch
  }

  private func events(_ scratch: Scratch, _ type: String) throws -> [RunEvent] {
    try scratch.store.events(ofRun: scratch.run).filter { $0.type == type }
  }

  private func values(_ scratch: Scratch, _ key: String) throws -> [Double] {
    try scratch.store.history(ofRun: scratch.run, key: key).map(\.value)
  }

  // No loss falls by 10, so every epoch but the first is one without improvement.

  @Test func `a warm-up ends when its metric has stopped improving`() throws {
    let scratch = try executed(
      "conditioning.warmup={metric: validation.mse, patience: 2, min_delta: 10}", "conditioning.label_keep=0.8")
    let frozen = try events(scratch, "warmup.frozen")
    #expect(frozen.map(\.epoch) == [3])
    let best = try values(scratch, "validation.mse")[0]
    #expect(frozen[0].payload["reason"] == .string("validation.mse has not fallen below \(best) for 2 epochs"))
    #expect(try events(scratch, "label_mask.on").map(\.epoch) == [3])
  }

  @Test func `a warm-up with a metric and an epoch ends when both agree`() throws {
    let late = try executed("conditioning.warmup={metric: train.l1, patience: 1, min_delta: 10, epochs: 5}")
    #expect(try events(late, "warmup.frozen").map(\.epoch) == [5])
    let early = try executed("conditioning.warmup={metric: train.l1, patience: 1, min_delta: 10, epochs: 1}")
    #expect(try events(early, "warmup.frozen").map(\.epoch) == [2])
  }

  @Test func `a metric that goes on improving ends nothing`() throws {
    let scratch = try executed(
      "conditioning.warmup={metric: train.l1, patience: 6}", "training.early_stopping={metric: train.l1, patience: 6}")
    #expect(try events(scratch, "warmup.frozen").isEmpty)
    #expect(try events(scratch, "stopped.early").isEmpty)
    #expect(try values(scratch, "train.l1").count == 6)
  }

  @Test func `training ends early where it is asked to, and its last grid is drawn from there`() throws {
    let scratch = try executed("training.early_stopping={metric: train.mse, patience: 2, min_delta: 10}")
    let stopped = try events(scratch, "stopped.early")
    #expect(stopped.map(\.epoch) == [2])
    #expect(try values(scratch, "train.mse").count == 3)
    let summary = try scratch.store.summary(ofRun: scratch.run)
    #expect(summary.status == .finished)
    #expect(try scratch.store.gridEpochs(ofRun: scratch.run) == [2])

    let short = try Scratch(overrides: ["training.epochs=3", "sampling.grid.every_epochs=null"])
    try short.execute()
    #expect(
      try short.store.grid(ofRun: short.run)?.cells.map(\.rgb)
        == scratch.store.grid(ofRun: scratch.run)?.cells.map(\.rgb))
  }

  @Test func `a training that does all its epochs has not ended early, whatever its last one says`() throws {
    let scratch = try executed("training.early_stopping={metric: train.mse, patience: 5, min_delta: 10}")
    #expect(try values(scratch, "train.mse").count == 6)
    #expect(try events(scratch, "stopped.early").isEmpty)
  }

  @Test func `grids beyond an early end show what it left`() throws {
    let scratch = try Scratch(
      overrides: [
        "training.epochs=6", "sampling.grid.every_epochs=2",
        "training.early_stopping={metric: train.mse, patience: 2, min_delta: 10}",
      ])
    try scratch.execute()
    #expect(try scratch.store.summary(ofRun: scratch.run).status == .finished)
    #expect(try scratch.store.gridEpochs(ofRun: scratch.run) == [1, 2])
  }

  @Test func `a plateau steps the rate down, as often as it is one`() throws {
    let scratch = try executed(
      "training.schedule={kind: plateau, metric: validation.l1, patience: 2, min_delta: 10, factor: 0.5}",
      "training.learning_rate=1e-3")
    #expect(try values(scratch, "learning_rate") == [1e-3, 1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4])
    let changes = try events(scratch, "learning_rate.changed")
    #expect(changes.map(\.epoch) == [3, 5])
    #expect(changes[1].payload["to"] == .double(2.5e-4))
  }

  @Test func `the rate steps down as its schedule says`() throws {
    let scratch = try executed(
      "training.schedule={kind: step, step_epochs: 2, factor: 0.5}", "training.learning_rate=1e-3")
    #expect(try values(scratch, "learning_rate") == [1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4])
    #expect(try events(scratch, "learning_rate.changed").map(\.epoch) == [2, 4])
  }

  @Test func `the best epochs keep their weights, and only they`() throws {
    let scratch = try executed("training.keep={best: validation.mse, best_count: 2}")
    let losses = try values(scratch, "validation.mse")
    let best = losses.indices.sorted { losses[$0] < losses[$1] }.prefix(2).map { $0 + 1 }
    let states = scratch.stage(.train).states
    let kept = try scratch.store.checkpoints(ofStates: states)
    #expect(Set(kept.values.map(\.epochs)) == Set(best + [6]))
    let folder = scratch.store.artifacts.appendingPathComponent("checkpoints")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == Set(best + [6]).count)
  }

  @Test func `a gradient clipped to nothing moves nothing`() throws {
    let scratch = try executed(
      "training.gradient_clipping=1e-30", "training.optimizer=sgd", "training.schedule.warmup_epochs=0")
    #expect(Set(try values(scratch, "validation.mse")).count == 1)
    #expect(try values(scratch, "gradient.norm").allSatisfy { $0 > 1e-3 })
    #expect(
      zip(try values(scratch, "gradient.norm.greatest"), try values(scratch, "gradient.norm")).allSatisfy(>=))
  }

  @Test func `losses by timestep make up the whole`() throws {
    let scratch = try executed()
    let whole = try values(scratch, "validation.mse")
    let buckets = try (0..<8).map { try values(scratch, "validation.mse.bucket.\($0)") }
    for epoch in whole.indices {
      let mean = buckets.map { $0[epoch] }.reduce(0, +) / 8
      #expect(abs(mean - whole[epoch]) < 0.02 * whole[epoch])
    }
    // Little noise is hard to predict.
    #expect(buckets[0][5] > buckets[7][5])
  }

  @Test(arguments: [
    ["training.precision=bfloat16"], ["training.ema.decay=0.9"], ["diffusion.prediction=v", "training.min_snr=5"],
    ["diffusion.prediction=sample"], ["diffusion.schedule=cosine"], ["diffusion.schedule=sigmoid"],
    ["training.optimizer=sgd", "training.momentum=0.9", "training.nesterov=true", "training.learning_rate=0.05"],
    ["training.optimizer=adam", "training.schedule={kind: linear, warmup_epochs: 1, final: 0.1}"],
    ["conditioning.warmup={epochs: 2, parts: [unet.up_blocks, label], frozen_epochs: 2}"],
  ])
  func `each way to train lowers the loss`(overrides: [String]) throws {
    let scratch = try Scratch(overrides: ["training.epochs=6", "sampling.grid.every_epochs=null"] + overrides)
    try scratch.execute()
    let losses = try values(scratch, "validation.mse")
    #expect(losses[5] < losses[0])
    #expect(try scratch.store.summary(ofRun: scratch.run).status == .finished)
  }
}
