public import Torch

/// What the network's output means.
public enum Prediction: String, CaseIterable, Sendable {
  /// The noise ε.
  case epsilon
  /// The picture x_0.
  case sample
  /// v = √ᾱ·ε − √(1 − ᾱ)·x_0 (Salimans & Ho 2022).
  case velocity

  /// x_0 and ε, as the output has them at x_t.
  func resolve(_ output: Tensor, x: Tensor, alphaBar: Float) -> (x0: Tensor, epsilon: Tensor) {
    let signal = Double(alphaBar.rootAsPyTorch)
    let sigma = Double((1 - alphaBar).rootAsPyTorch)
    switch self {
    case .epsilon: return ((x - sigma * output) / signal, output)
    case .sample: return (output, (x - signal * output) / sigma)
    case .velocity: return (signal * x - sigma * output, signal * output + sigma * x)
    }
  }

  /// What the network is asked for. Shapes: [n, c, h, w], one t a picture.
  public func target(_ x0: Tensor, _ noise: Tensor, at t: [Int], _ schedule: NoiseSchedule) -> Tensor {
    switch self {
    case .epsilon: noise
    case .sample: x0
    case .velocity: schedule.velocity(x0, noise, at: t)
    }
  }
}
