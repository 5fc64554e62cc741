import Diffusion
import Experiments
import Torch
import TorchNN

/// Draws pictures of classes with a run's network and sampler.
struct ClassDrawing {
  private let denoiser: Denoiser
  private let drawing: Drawing
  private let guidance: Guidance
  private let precision: Precision
  private let classes: Int

  /// - Parameters:
  ///   - purpose: what the noise is for: `sampling`, or another with noise of its own.
  ///   - seed: of the noise.
  /// - Throws: `StateError` where the weights are another network's.
  init(
    _ configuration: Configuration, classes: Int, weights: [String: Tensor], purpose: String = "sampling", seed: Int
  ) throws {
    Runtime.threads = configuration.training.threads
    self.classes = classes
    denoiser = Denoiser(configuration, classes: classes)
    try denoiser.load(weights)
    let (sampling, size) = (configuration.sampling, configuration.data.size)
    drawing = Drawing(
      sampler: SamplerSettings(configuration).sampler(steps: sampling.steps, eta: sampling.eta),
      shape: [3, size, size], seed: seed, purpose: purpose)
    guidance = Guidance(denoiser.label == nil ? 1 : sampling.guidance)
    precision = sampling.precision
  }

  /// How often the network is asked for one picture.
  var networkEvaluations: Int { drawing.sampler.timesteps.count * guidance.evaluations }

  /// - Parameters:
  ///   - noiseIndices: one a picture.
  ///   - labels: one a picture, below the number of classes.
  ///   - pause: is called before the network is asked, and may throw.
  /// - Returns: size × size × 3 levels a picture.
  func draw(noiseIndices: [Int], labels: [Int], pause: () throws -> Void) rethrows -> [UInt8] {
    let labels = oneHot(labels, classes: classes)
    let nothing = Tensor.zeros(labels.shape)
    return try drawing.draw(noiseIndices: noiseIndices) { x, t in
      try pause()
      let t = Tensor([Int64(t)], shape: [1])
      return guidance(x, condition: labels, absent: nothing) { x, labels in
        precision { denoiser(x, timesteps: t, labels: labels, .evaluation) }
      }
    }.pictureBytes()
  }
}

/// - Parameter labels: nil where there is none.
/// - Returns: shape [labels, classes].
func oneHot(_ labels: [Int?], classes: Int) -> Tensor {
  var values = [Float](repeating: 0, count: labels.count * classes)
  for (row, label) in labels.enumerated() {
    if let label { values[row * classes + label] = 1 }
  }
  return Tensor(values, shape: [labels.count, classes])
}
