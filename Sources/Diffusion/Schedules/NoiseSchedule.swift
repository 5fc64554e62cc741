import Foundation
public import Torch

/// The forward process q(x_t | x_0) = N(√ᾱ_t·x_0, (1 − ᾱ_t)·I) (Ho et al. 2020, equation 4), t = 0…T−1.
///
/// Values are float32 and rounded where diffusers rounds them, since 1 − ᾱ_t/ᾱ_(t−1) keeps only some of the digits.
public struct NoiseSchedule: Equatable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case linear
    /// Linear in √β.
    case scaledLinear
    /// Nichol & Dhariwal 2021, equation 17, with offset .008 and β ≤ .999.
    case squaredCosine
    /// Sigmoid over ±6.
    case sigmoid
  }

  /// The settings that a schedule follows from.
  public struct Formula: Equatable, Sendable {
    public var timesteps: Int
    public var kind: Kind
    public var betaStart: Double
    public var betaEnd: Double
    public var rescaleZeroSNR: Bool
  }

  /// Nil where the β were given one by one.
  public let formula: Formula?
  /// β_t, 0…1.
  public let betas: [Float]
  /// ᾱ_t = ∏(1 − β), falling from near 1.
  public let alphasCumulative: [Float]

  public init(
    timesteps: Int = 1000, kind: Kind = .linear, betaStart: Double = 1e-4, betaEnd: Double = 0.02,
    rescaleZeroSNR: Bool = false
  ) {
    let betas = NoiseSchedule.betas(timesteps: timesteps, kind: kind, from: betaStart, to: betaEnd)
    self.init(
      betas: rescaleZeroSNR ? NoiseSchedule.rescaledToZeroSNR(betas) : betas,
      Formula(
        timesteps: timesteps, kind: kind, betaStart: betaStart, betaEnd: betaEnd, rescaleZeroSNR: rescaleZeroSNR))
  }

  public init(betas: [Float]) {
    self.init(betas: betas, nil)
  }

  private init(betas: [Float], _ formula: Formula?) {
    self.formula = formula
    self.betas = betas
    alphasCumulative = NoiseSchedule.cumulative(betas)
  }

  /// T.
  public var timesteps: Int { betas.count }

  /// x_t = √ᾱ_t·x_0 + √(1 − ᾱ_t)·ε. Shapes: [n, c, h, w], one t a picture.
  public func addNoise(_ x0: Tensor, _ noise: Tensor, at t: [Int]) -> Tensor {
    let (signal, sigma) = rates(at: t)
    return signal * x0 + sigma * noise
  }

  /// v = √ᾱ_t·ε − √(1 − ᾱ_t)·x_0 (Salimans & Ho 2022, appendix D). Shapes: [n, c, h, w], one t a picture.
  public func velocity(_ x0: Tensor, _ noise: Tensor, at t: [Int]) -> Tensor {
    let (signal, sigma) = rates(at: t)
    return signal * noise - sigma * x0
  }

  private func rates(at t: [Int]) -> (signal: Tensor, sigma: Tensor) {
    let shape = [t.count, 1, 1, 1]
    return (
      Tensor(t.map { alphasCumulative[$0].rootAsPyTorch }, shape: shape),
      Tensor(t.map { (1 - alphasCumulative[$0]).rootAsPyTorch }, shape: shape)
    )
  }

  private static func betas(timesteps: Int, kind: Kind, from start: Double, to end: Double) -> [Float] {
    switch kind {
    case .linear:
      return linspace(Float(start), Float(end), timesteps)
    case .scaledLinear:
      return linspace(Float(start.squareRoot()), Float(end.squareRoot()), timesteps).map { $0 * $0 }
    case .squaredCosine:
      func signal(_ time: Double) -> Double {
        let cosine = cos((time + 0.008) / 1.008 * Double.pi / 2)
        return cosine * cosine
      }
      let T = Double(timesteps)
      return (0..<timesteps).map { i in
        Float(min(1 - signal(Double(i + 1) / T) / signal(Double(i) / T), 0.999))
      }
    case .sigmoid:
      let (low, range) = (Float(start), Float(end - start))
      return linspace(-6, 6, timesteps).map { 1 / (1 + exp(-$0)) * range + low }
    }
  }

  /// Evenly spaced, each half counted from its own end with one rounding, as PyTorch does.
  private static func linspace(_ start: Float, _ end: Float, _ count: Int) -> [Float] {
    guard count > 1 else { return [Float](repeating: start, count: count) }
    let step = (end - start) / Float(count - 1)
    return (0..<count).map { i in
      i < count / 2 ? start.addingProduct(step, Float(i)) : end.addingProduct(-step, Float(count - 1 - i))
    }
  }

  private static func cumulative(_ betas: [Float]) -> [Float] {
    var product = 1.0
    return betas.map { beta in
      product *= Double(1 - beta)
      return Float(product)
    }
  }

  /// Lin et al. 2024, algorithm 1: ᾱ_T becomes 0, and ᾱ_0 stays.
  ///
  /// What remains of the small differences in it depends on every rounding, so the square roots are PyTorch's own.
  private static func rescaledToZeroSNR(_ betas: [Float]) -> [Float] {
    let roots = Tensor(cumulative(betas), shape: [betas.count]).squareRoot().values()
    guard let first = roots.first, let last = roots.last, first > last else { return betas }
    let bars = roots.map { root -> Float in
      let rescaled = (root - last) * (first / (first - last))
      return rescaled * rescaled
    }
    return bars.indices.map { t in 1 - (t == 0 ? bars[0] : bars[t] / bars[t - 1]) }
  }
}
