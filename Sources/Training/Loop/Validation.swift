import Datasets
import Diffusion
import Randomness
import Torch
import TorchNN

/// Both losses on pictures that aren't trained on, always at the same timesteps with the same noise: 8 draws a picture,
/// one from each eighth of the timesteps, and within an eighth each picture from a part of its own. Losses at small
/// timesteps are many times those at large ones, so that timesteps drawn freely would move the mean by some percent.
struct Validation {
  private static let draws = 8
  /// Of its own, so that the result doesn't depend on the training's.
  private static let batchSize = 128

  let data: PreparedData
  let schedule: NoiseSchedule
  let prediction: Prediction
  private let timestepStream: RandomStream
  private let positionStream: RandomStream
  private let noiseStream: RandomStream

  init(_ data: PreparedData, _ schedule: NoiseSchedule, _ prediction: Prediction, seed: Int) {
    self.data = data
    self.schedule = schedule
    self.prediction = prediction
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
          let x0 = data.pictures(indices)
          let t = Array(timesteps[range])
          let noise = noiseStream.normal(shape: Array(x0.shape.dropFirst()), epoch: draw, indices: range)
          let output = denoiser(
            schedule.addNoise(x0, noise, at: t), timesteps: Tensor(t.map(Int64.init), shape: [t.count]),
            labels: data.oneHot(indices), .evaluation)
          let (l1, mse) = losses(output, prediction.target(x0, noise, at: t, schedule))
          result.add(l1: l1.item(), mse: mse.item(), pictures: range.count)
        }
      }
    }
    return result
  }

  /// One a picture, from the eighth `draw`.
  private func timesteps(draw: Int, pictures: Int) -> [Int] {
    timestepStream.permutation(of: pictures, epoch: draw).enumerated().map { picture, place in
      let u = (Double(place) + positionStream.uniform(epoch: draw, index: picture)) / Double(pictures)
      return Int((Double(draw) + u) / Double(Self.draws) * Double(schedule.timesteps))
    }
  }
}
