public import Torch

/// Denoising diffusion implicit models (Song, Meng & Ermon 2021, equation 12).
public struct DDIM: Sampler {
  public let timesteps: [Int]
  private let configuration: SamplerConfiguration
  private let eta: Float
  private let stride: Int
  private let finalAlphaBar: Float
  private let usesClippedOutput: Bool

  /// - Parameters:
  ///   - steps: S, 1…T.
  ///   - eta: η, the share of DDPM's noise that every step adds, 0…1.
  ///   - endsAtOne: before t = 0, ᾱ is 1; else it is ᾱ_0.
  ///   - usesClippedOutput: ε is computed again from the clipped x_0.
  public init(
    steps: Int, eta: Double = 0, _ configuration: SamplerConfiguration, endsAtOne: Bool = true,
    usesClippedOutput: Bool = false
  ) {
    let schedule = configuration.schedule
    timesteps = configuration.spacing.timesteps(
      steps: steps, of: schedule.timesteps, offset: configuration.stepsOffset)
    self.configuration = configuration
    self.eta = Float(eta)
    stride = schedule.timesteps / steps
    finalAlphaBar = endsAtOne ? 1 : schedule.alphasCumulative[0]
    self.usesClippedOutput = usesClippedOutput
  }

  public func needsNoise(at i: Int) -> Bool { eta > 0 }

  public func step(_ output: Tensor, at i: Int, x: Tensor, noise: Tensor?) -> Tensor {
    let alphaBar = configuration.schedule.alphasCumulative
    let t = timesteps[i]
    let (a, aPrevious) = (alphaBar[t], t >= stride ? alphaBar[t - stride] : finalAlphaBar)

    let variance = (1 - aPrevious) / (1 - a) * (1 - a / aPrevious)
    let sigma = eta * variance.rootAsPyTorch
    let step = SamplerStep(
      signal: a.rootAsPyTorch, sigma: (1 - a).rootAsPyTorch, direction: usesClippedOutput ? .clippedEpsilon : .epsilon,
      x0Weight: aPrevious.rootAsPyTorch, directionWeight: (1 - aPrevious - sigma * sigma).rootAsPyTorch,
      noiseWeight: sigma)
    return configuration.take(step, output, x: x, noise: needsNoise(at: i) ? noise : nil)
  }
}
