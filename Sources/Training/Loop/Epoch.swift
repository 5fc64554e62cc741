import Diffusion
import Experiments
import Foundation
import Torch
import TorchNN

/// One pass over the training pictures (Ho et al. 2020, algorithm 1). All that is random in it follows from the seed,
/// the epoch and a picture's place in the order, so that it can be begun at any of its steps.
struct Epoch {
  private let data: PreparedData
  private let batches: Batches
  private let step: TrainingStep
  private let dropout: DropoutStreams

  init(_ data: PreparedData, _ configuration: Configuration, _ schedule: NoiseSchedule, _ prediction: Prediction) {
    self.data = data
    let training = configuration.training
    batches = Batches(data, configuration, timesteps: schedule.timesteps)
    step = TrainingStep(
      schedule: schedule, prediction: prediction, loss: training.loss, minSNR: training.minSNR,
      precision: training.precision.dtype)
    dropout = DropoutStreams(seed: configuration.seed)
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
    /// Spent waiting for its pictures, noise and labels.
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
    let (start, first, secondsBefore) = (ContinuousClock.now, tally.steps, tally.seconds)
    dropout.epoch = epoch
    dropout.silent = setting.silent
    var dataStart = start
    let (count, batch) = batches.epoch(epoch, labelKeep: setting.labelKeep)
    var pictures = 0
    for (number, batch) in zip(first..<count, MadeAhead(first..<count, by: batch)) {
      dropout.indices = batch.places.map(UInt32.init)
      let x0 = data.tensor(batch.pictures)
      let noise = Tensor(batch.noise, shape: x0.shape)
      let labels = oneHot(batch.labels, classes: data.classNames.count)
      let dataSeconds = (ContinuousClock.now - dataStart) / .seconds(1)
      let outcome = step(denoiser, x0: x0, labels: labels, t: batch.t, noise: noise, .training(dropout))
      func divergence(norm: Double?) -> Divergence {
        Divergence(epoch: epoch, step: number, l1: outcome.l1, mse: outcome.mse, gradientNorm: norm)
      }
      guard outcome.l1.isFinite, outcome.mse.isFinite else { throw divergence(norm: nil) }
      tally.learningRate = setting.learningRate(Double(epoch) + Double(number) / Double(count))
      let norm = update(outcome.objective, learningRate: tally.learningRate)
      guard norm.isFinite else { throw divergence(norm: norm) }

      tally.losses.add(outcome, t: batch.t, timesteps: step.schedule.timesteps)
      tally.add(gradientNorm: norm)
      tally.steps = number + 1
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      tally.seconds = secondsBefore + seconds
      pictures += batch.places.count
      let done = Step(
        number: number + 1, count: count, losses: tally.losses, picturesPerSecond: Double(pictures) / seconds,
        dataSeconds: dataSeconds)
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
