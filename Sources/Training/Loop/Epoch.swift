import Datasets
import Diffusion
import Experiments
import Foundation
import Randomness
import Torch
import TorchNN

/// One pass over the training pictures (Ho et al. 2020, algorithm 1). All that is random in it follows from the seed,
/// the epoch and a picture's place in the order, so that it can be begun at any of its steps.
struct Epoch {
  private let data: PreparedData
  private let configuration: Configuration
  private let step: TrainingStep
  private let order: EpochOrder
  private let augmentation: Augmentation
  private let timestepStream: RandomStream
  private let noiseStream: RandomStream
  private let labelStream: RandomStream
  private let dropout: DropoutStreams

  init(_ data: PreparedData, _ configuration: Configuration, _ schedule: NoiseSchedule, _ prediction: Prediction) {
    self.data = data
    self.configuration = configuration
    let (training, seed) = (configuration.training, configuration.seed)
    step = TrainingStep(
      schedule: schedule, prediction: prediction, loss: training.loss, minSNR: training.minSNR,
      precision: training.precision.dtype)
    order = EpochOrder(
      pictures: data.split.train, labels: data.labels, classCount: data.classNames.count,
      balance: configuration.data.balance, batchSize: training.batchSize, seed: seed)
    augmentation = Augmentation(configuration.data.augmentation, seed: seed)
    timestepStream = RandomStream(seed: seed, purpose: "timesteps")
    noiseStream = RandomStream(seed: seed, purpose: "noise")
    labelStream = RandomStream(seed: seed, purpose: "label_mask")
    dropout = DropoutStreams(seed: seed)
  }

  /// What holds for all of an epoch's steps.
  struct Setting {
    /// 0-based.
    var epoch: Int
    /// Probability that a picture keeps its label.
    var labelKeep = 1.0
    /// Parts whose dropout is off.
    var silent: [String] = []
    /// - Parameter progress: the epoch and the part of it that is done.
    var learningRate: (_ progress: Double) -> Double
  }

  /// How far an epoch is.
  struct Step {
    /// Done, and in all.
    var number: Int
    var count: Int
    var losses: Losses
    /// Of this process.
    var picturesPerSecond: Double
    /// Spent on its pictures, noise and labels before the network saw them.
    var dataSeconds: Double
  }

  /// Does the steps that `tally` doesn't have yet, and adds each to it.
  /// - Parameter afterStep: may throw to stop; `tally` and the weights are then those after that step.
  /// - Throws: `Divergence` where a loss or a gradient is no finite number.
  func run(
    _ setting: Setting, _ denoiser: Denoiser, _ update: WeightUpdate, _ tally: inout EpochTally,
    afterStep: (Step, EpochTally) throws -> Void
  ) throws {
    let epoch = setting.epoch
    let pictures = order.indices(epoch: epoch)
    let batchSize = configuration.training.batchSize
    let count = (pictures.count + batchSize - 1) / batchSize
    let (start, first, secondsBefore) = (ContinuousClock.now, tally.steps, tally.seconds)
    dropout.epoch = epoch
    dropout.silent = setting.silent
    var dataStart = start
    for number in first..<count {
      let range = number * batchSize..<min((number + 1) * batchSize, pictures.count)
      let indices = range.map { pictures[$0] }
      let keep = range.map { labelStream.uniform(epoch: epoch, element: $0) < setting.labelKeep }
      let timesteps = step.schedule.timesteps
      let t = range.map { timestepStream.integer(below: timesteps, epoch: epoch, element: $0) }
      dropout.indices = range.map(UInt32.init)

      let x0 = data.pictures(indices, augmentation, epoch: epoch, places: range)
      let noise = noiseStream.normal(shape: Array(x0.shape.dropFirst()), epoch: epoch, indices: range)
      let labels = data.oneHot(indices, keep: keep)
      let dataSeconds = (ContinuousClock.now - dataStart) / .seconds(1)
      let outcome = step(denoiser, x0: x0, labels: labels, t: t, noise: noise, .training(dropout))
      func divergence(norm: Double?) -> Divergence {
        Divergence(epoch: epoch, step: number, l1: outcome.l1, mse: outcome.mse, gradientNorm: norm)
      }
      guard outcome.l1.isFinite, outcome.mse.isFinite else { throw divergence(norm: nil) }
      tally.learningRate = setting.learningRate(Double(epoch) + Double(number) / Double(count))
      let norm = update(outcome.objective, learningRate: tally.learningRate)
      guard norm.isFinite else { throw divergence(norm: norm) }

      tally.losses.add(outcome, t: t, timesteps: timesteps)
      tally.add(gradientNorm: norm)
      tally.steps = number + 1
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      tally.seconds = secondsBefore + seconds
      let rate = Double(range.upperBound - first * batchSize) / seconds
      let done = Step(
        number: number + 1, count: count, losses: tally.losses, picturesPerSecond: rate, dataSeconds: dataSeconds)
      try afterStep(done, tally)
      dataStart = .now
    }
  }
}

/// A loss or a gradient that is no longer a number.
struct Divergence: Error, CustomStringConvertible {
  /// 0-based, both.
  let epoch: Int
  let step: Int
  let l1: Double
  let mse: Double
  /// Nil where it was not asked any more.
  let gradientNorm: Double?

  var description: String {
    let what =
      gradientNorm.map { "the gradient's norm became \($0)" } ?? "the loss became \(l1) (l1), \(mse) (mse)"
    return "\(what) in epoch \(epoch), step \(step)"
  }
}
