public import Torch

/// What the network's output means.
public enum Prediction: String, CaseIterable, Sendable {
  /// The noise ε.
  case epsilon
  /// The picture x_0.
  case sample
  /// v = √ᾱ·ε − √(1 − ᾱ)·x_0 (Salimans & Ho 2022).
  case velocity

  /// x_0 and ε, as the output has them at x_t = signal·x_0 + sigma·ε.
  func resolve(_ output: Tensor, x: Tensor, signal: Double, sigma: Double) -> (x0: Tensor, epsilon: Tensor) {
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
