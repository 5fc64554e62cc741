import Diffusion
import Experiments
import Torch
import TorchNN

/// The arithmetic of one training step (Ho et al. 2020, algorithm 1, lines 2 to 5): all that is random is handed in.
struct TrainingStep {
  let schedule: NoiseSchedule
  let prediction: Prediction
  /// What is minimised.
  let loss: TrainingConfiguration.Loss
  /// γ of min-SNR-γ weighting; nil: every picture counts alike.
  var minSNR: Double?
  /// Of the forward pass: float32 or bfloat16.
  var precision = DType.float32

  struct Outcome {
    /// The scalar to go back from.
    let objective: Tensor
    /// Means over the batch, unweighted.
    let l1: Double
    let mse: Double
    /// Means over each picture, unweighted; one a picture.
    let l1PerPicture: [Float]
    let msePerPicture: [Float]
  }

  /// - Parameters:
  ///   - x0: pictures in ±1, [n, c, h, w].
  ///   - labels: [n, classes].
  ///   - t: timesteps, one a picture.
  ///   - noise: ε, of the pictures' shape.
  func callAsFunction(
    _ denoiser: Denoiser, x0: Tensor, labels: Tensor, t: [Int], noise: Tensor, _ mode: Mode
  ) -> Outcome {
    let output = withAutocast(precision) {
      denoiser(
        schedule.addNoise(x0, noise, at: t), timesteps: Tensor(t.map(Int64.init), shape: [t.count]), labels: labels,
        mode)
    }
    let errors = Errors(output, prediction.target(x0, noise, at: t, schedule))
    let (l1, mse) = (errors.absolute.mean(), errors.squared.mean())
    return Outcome(
      objective: weighted(errors, at: t) ?? (loss == .l1 ? l1 : mse), l1: l1.item(), mse: mse.item(),
      l1PerPicture: errors.absolute.detached().rowMeans().values(),
      msePerPicture: errors.squared.detached().rowMeans().values())
  }

  /// The mean over the batch of w·(the picture's loss).
  private func weighted(_ errors: Errors, at t: [Int]) -> Tensor? {
    guard let minSNR else { return nil }
    let weights = schedule.minSNRWeights(at: t, gamma: minSNR, prediction).map(Float.init)
    return ((loss == .l1 ? errors.absolute : errors.squared).rowMeans() * Tensor(weights, shape: [t.count])).mean()
  }
}
