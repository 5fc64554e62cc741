import Datasets
import Diffusion
import Experiments
import Randomness
import Torch
import TorchNN

/// Both losses on pictures that aren't trained on, always at the same timesteps with the same noise: 8 draws a picture,
/// one from each eighth of the timesteps, and within an eighth each picture from a part of its own. Losses at small
/// timesteps are many times those at large ones, so that timesteps drawn freely would move the mean by some percent.
struct Validation {
  static let draws = 8
  /// Of its own, so that the result doesn't depend on the training's.
  static let batchSize = 128

  let data: PreparedData
  /// Always in float32, so that trainings of other precisions compare.
  private let step: TrainingStep
  private let timestepStream: RandomStream
  private let positionStream: RandomStream
  private let noiseStream: RandomStream

  init(_ data: PreparedData, _ schedule: NoiseSchedule, _ prediction: Prediction, seed: Int) {
    self.data = data
    step = TrainingStep(schedule: schedule, prediction: prediction, loss: .mse)
    timestepStream = RandomStream(seed: seed, purpose: "validation.timesteps")
    positionStream = RandomStream(seed: seed, purpose: "validation.timesteps", name: "position")
    noiseStream = RandomStream(seed: seed, purpose: "validation.noise")
  }

  func callAsFunction(_ denoiser: Denoiser, shouldStop: () throws -> Void) rethrows -> Losses {
    let pictures = data.split.validation
    var result = Losses()
    try withoutGradients {
      for draw in 0..<Self.draws {
        let timesteps = timesteps(draw: draw, pictures: pictures.count)
        for start in stride(from: 0, to: pictures.count, by: Self.batchSize) {
          try shouldStop()
          let range = start..<min(start + Self.batchSize, pictures.count)
          let indices = range.map { pictures[$0] }
          let x0 = data.tensor(data.values(indices))
          let t = Array(timesteps[range])
          let noise = noiseStream.normal(shape: Array(x0.shape.dropFirst()), epoch: draw, indices: range)
          let labels = oneHot(indices.map { data.labels[$0] }, classes: data.classNames.count)
          let outcome = step(denoiser, x0: x0, labels: labels, t: t, noise: noise, .evaluation)
          result.add(outcome, t: t, timesteps: step.schedule.timesteps)
        }
      }
    }
    return result
  }

  /// One a picture, from the eighth `draw`.
  private func timesteps(draw: Int, pictures: Int) -> [Int] {
    timestepStream.permutation(of: pictures, epoch: draw).enumerated().map { picture, place in
      let u = (Double(place) + positionStream.uniform(epoch: draw, index: picture)) / Double(pictures)
      return Int((Double(draw) + u) / Double(Self.draws) * Double(step.schedule.timesteps))
    }
  }
}
