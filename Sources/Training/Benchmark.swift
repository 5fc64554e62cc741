import Datasets
import Diffusion
import Experiments
import Foundation
import Torch
import TorchNN

/// Times training and sampling as they are done for a run, on pictures without content.
public struct Benchmark {
  public var batchSize: Int
  public var repeats: Int
  public var widths: [Int]
  public var size: Int
  public var threads: Int
  public var precision: String

  public init(batchSize: Int, repeats: Int, widths: [Int], size: Int, threads: Int, precision: String = "float32") {
    self.batchSize = batchSize
    self.repeats = repeats
    self.widths = widths
    self.size = size
    self.threads = threads
    self.precision = precision
  }

  private static let warmupSteps = 3
  private static let classes = 5

  /// Seconds of each training step, those for warming up left out.
  public func train() throws -> [Double] {
    let (configuration, denoiser) = try setUp()
    let pictures = batchSize * (Self.warmupSteps + repeats)
    let data = PreparedData(
      pixels: Tensor(
        (0..<pictures * size * size * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) },
        shape: [pictures, size, size, 3]),
      labels: (0..<pictures).map { $0 % Self.classes }, classNames: (0..<Self.classes).map { "\($0)" },
      split: Dataset.Split(train: Array(0..<pictures), validation: [], test: []), digest: "")
    let update = WeightUpdate(denoiser.namedParameters, configuration.training)
    let epoch = Epoch(data, configuration, NoiseSchedule(), .epsilon)
    var last = ContinuousClock.now
    var seconds: [Double] = []
    var tally = EpochTally()
    try epoch.run(.init(epoch: 0) { _ in 1e-4 }, denoiser, update, &tally) { _, _ in
      let now = ContinuousClock.now
      seconds.append((now - last) / .seconds(1))
      last = now
    }
    return Array(seconds.dropFirst(Self.warmupSteps))
  }

  /// Seconds of each pass of DDIM with 10 steps over a batch.
  public func sample() throws -> [Double] {
    let (_, denoiser) = try setUp()
    let drawing = Drawing(
      sampler: DDIM(steps: 10, SamplerConfiguration(schedule: NoiseSchedule())), shape: [3, size, size], seed: 0)
    let labels = oneHot((0..<batchSize).map { $0 % Self.classes }, classes: Self.classes)
    return (0..<Self.warmupSteps + repeats).map { _ in
      let start = ContinuousClock.now
      _ = drawing.draw(noiseIndices: Array(0..<batchSize)) { x, t in
        denoiser(x, timesteps: Tensor([Int64(t)], shape: [1]), labels: labels, .evaluation)
      }.mean().item()
      return (ContinuousClock.now - start) / .seconds(1)
    }.suffix(repeats)
  }

  private func setUp() throws -> (Configuration, Denoiser) {
    Runtime.threads = threads
    let configuration = try Configuration(settings: [
      "data.size": .int(size), "model.widths": .list(widths.map { .int($0) }), "model.dropout": 0.2,
      "conditioning.bottleneck": 32, "conditioning.dropout": 0.1, "training.batch_size": .int(batchSize),
      "training.loss": "l1", "training.weight_decay": 1e-4, "training.threads": .int(threads),
      "training.precision": .string(precision),
    ])
    let denoiser = Denoiser(configuration, classes: Self.classes)
    denoiser.initialize(seed: 0)
    return (configuration, denoiser)
  }
}
