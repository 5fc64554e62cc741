import Diffusion
import Randomness
import Torch

/// Pictures from numbered noise: the same number, the same noise, whatever else is drawn beside it.
struct Drawing {
  let sampler: any Sampler
  /// [channels, h, w].
  private let shape: [Int]
  private let startStream: RandomStream
  private let stepStream: RandomStream

  /// - Parameter purpose: another one has other noise under the same seed.
  init(sampler: any Sampler, shape: [Int], seed: Int, purpose: String = "sampling") {
    self.sampler = sampler
    self.shape = shape
    startStream = RandomStream(seed: seed, purpose: "\(purpose).noise")
    stepStream = RandomStream(seed: seed, purpose: "\(purpose).step_noise")
  }

  /// Noise that is given takes the place of the numbered one. Shape: [noiseIndices, channels, h, w].
  func draw(
    noiseIndices: [Int], start: Tensor? = nil, stepNoise: ((_ step: Int) -> Tensor)? = nil,
    network: (_ x: Tensor, _ t: Int) throws -> Tensor
  ) rethrows -> Tensor {
    try sampler.sample(from: start ?? startStream.normal(shape: shape, epoch: 0, indices: noiseIndices)) { step in
      stepNoise?(step) ?? stepStream.normal(shape: shape, epoch: step, indices: noiseIndices)
    } network: { x, t in
      try network(x, t)
    }
  }
}
