public import Torch

/// A way from noise to a picture that knows the network only as ε, x_0 or v at (x_t, t).
public protocol Sampler {
  /// Descending; step i goes from `timesteps[i]` to the next.
  var timesteps: [Int] { get }

  /// Whether step i adds noise of its own.
  func needsNoise(at i: Int) -> Bool

  /// x after step i. Shapes: all [n, c, h, w].
  /// - Parameter noise: standard normal; needed where `needsNoise(at: i)`.
  func step(_ output: Tensor, at i: Int, x: Tensor, noise: Tensor?) -> Tensor
}

extension Sampler {
  /// Goes all the way from `x`, standard normal, to a picture.
  /// - Parameters:
  ///   - noise: the noise of step i; asked for only where it is needed.
  ///   - network: its output at (x_t, t).
  public func sample(
    from x: Tensor, noise: (_ i: Int) throws -> Tensor, network: (_ x: Tensor, _ t: Int) throws -> Tensor
  ) rethrows -> Tensor {
    try withoutGradients {
      var x = x
      for (i, t) in timesteps.enumerated() {
        let output = try network(x, t)
        x = step(output, at: i, x: x, noise: needsNoise(at: i) ? try noise(i) : nil)
      }
      return x
    }
  }
}

/// Settings that the samplers share.
public struct SamplerConfiguration: Equatable, Sendable {
  public var schedule: NoiseSchedule
  public var prediction: Prediction
  public var spacing: TimestepSpacing
  /// Added to every timestep with `leading`.
  public var stepsOffset: Int
  /// What is done to a predicted x_0 that leaves the range.
  public var clipping: Clipping

  public init(
    schedule: NoiseSchedule, prediction: Prediction = .epsilon, spacing: TimestepSpacing = .leading,
    stepsOffset: Int = 0, clipping: Clipping = .range(1)
  ) {
    self.schedule = schedule
    self.prediction = prediction
    self.spacing = spacing
    self.stepsOffset = stepsOffset
    self.clipping = clipping
  }
}

/// Keeps a predicted x_0 near the data's range.
public enum Clipping: Equatable, Sendable {
  case none
  /// Clamped to ±range.
  case range(Double)
  /// Saharia et al. 2022, section 2.3: clamped to ±s and divided by s, s the quantile `ratio` of |x_0| in each picture,
  /// held to 1…maximum.
  case dynamicThresholding(ratio: Double, maximum: Double)

  func callAsFunction(_ x0: Tensor) -> Tensor {
    switch self {
    case .none:
      return x0
    case .range(let range):
      return x0.clamped(-range, range)
    case .dynamicThresholding(let ratio, let maximum):
      let shape = x0.shape
      let flat = x0.contiguous().reshaped([shape[0], -1])
      let s = flat.abs().rowQuantile(ratio).clamped(1, maximum).reshaped([-1, 1])
      return (flat.maximum(-s).minimum(s) / s).reshaped(shape)
    }
  }
}
