import Datasets
import Diffusion
import Experiments
import Foundation
import Randomness
import Torch
import TorchNN

/// One pass over the training pictures (Ho et al. 2020, algorithm 1). All that is random in it follows from the seed,
/// the epoch and a picture's place in the order.
struct Epoch {
  let data: PreparedData
  let configuration: Configuration
  let schedule: NoiseSchedule
  let prediction: Prediction
  private let order: EpochOrder
  private let timestepStream: RandomStream
  private let noiseStream: RandomStream
  private let labelStream: RandomStream
  private let dropout: DropoutStreams

  init(_ data: PreparedData, _ configuration: Configuration, _ schedule: NoiseSchedule, _ prediction: Prediction) {
    self.data = data
    self.configuration = configuration
    self.schedule = schedule
    self.prediction = prediction
    let seed = configuration.seed
    order = EpochOrder(
      pictures: data.split.train, labels: data.labels, classCount: data.classNames.count,
      balance: configuration.data.balance, batchSize: configuration.training.batchSize, seed: seed)
    timestepStream = RandomStream(seed: seed, purpose: "timesteps")
    noiseStream = RandomStream(seed: seed, purpose: "noise")
    labelStream = RandomStream(seed: seed, purpose: "label_mask")
    dropout = DropoutStreams(seed: seed)
  }

  /// How far an epoch is.
  struct Step {
    /// Done, and in all.
    var number: Int
    var count: Int
    var losses: Losses
    var picturesPerSecond: Double
  }

  /// - Parameters:
  ///   - labelKeep: the probability that a picture keeps its label.
  ///   - afterStep: may throw to stop.
  /// - Throws: `Divergence` where a loss is NaN or infinite.
  func run(
    _ epoch: Int, _ denoiser: Denoiser, _ optimizer: Adam, learningRate: Double, labelKeep: Double,
    afterStep: (Step) throws -> Void
  ) throws -> Losses {
    let pictures = order.indices(epoch: epoch)
    let batchSize = configuration.training.batchSize
    let steps = (pictures.count + batchSize - 1) / batchSize
    let start = ContinuousClock.now
    var result = Losses()
    dropout.epoch = epoch
    for step in 0..<steps {
      let range = step * batchSize..<min((step + 1) * batchSize, pictures.count)
      let indices = range.map { pictures[$0] }
      let keep = range.map { labelStream.uniform(epoch: epoch, element: $0) < labelKeep }
      let t = range.map { timestepStream.integer(below: schedule.timesteps, epoch: epoch, element: $0) }
      dropout.indices = range.map(UInt32.init)

      let x0 = data.pictures(indices)
      let noise = noiseStream.normal(shape: Array(x0.shape.dropFirst()), epoch: epoch, indices: range)
      let output = denoiser(
        schedule.addNoise(x0, noise, at: t), timesteps: Tensor(t.map(Int64.init), shape: [t.count]),
        labels: data.oneHot(indices, keep: keep), .training(dropout))
      let (l1, mse) = losses(output, prediction.target(x0, noise, at: t, schedule))

      let (l1Value, mseValue) = (l1.item(), mse.item())
      guard l1Value.isFinite, mseValue.isFinite else {
        throw Divergence(epoch: epoch, step: step, l1: l1Value, mse: mseValue)
      }
      (configuration.training.loss == .l1 ? l1 : mse).backward()
      optimizer.step(learningRate: learningRate)
      optimizer.clearGradients()
      result.add(l1: l1Value, mse: mseValue, pictures: range.count)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      try afterStep(
        Step(number: step + 1, count: steps, losses: result, picturesPerSecond: Double(range.upperBound) / seconds))
    }
    return result
  }
}

/// A loss that is no longer a number.
struct Divergence: Error, CustomStringConvertible {
  let epoch: Int
  let step: Int
  let l1: Double
  let mse: Double

  var description: String { "the loss became \(l1) (l1), \(mse) (mse) in epoch \(epoch), step \(step)" }
}
