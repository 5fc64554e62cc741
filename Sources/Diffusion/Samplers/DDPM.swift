public import Torch

/// Ancestral sampling (Ho et al. 2020, algorithm 2, with the mean of equation 7), over any S of the T timesteps.
public struct DDPM: Sampler {
  public enum Variance: String, CaseIterable, Sendable {
    /// β̃_t, the posterior's.
    case fixedSmall
    /// β_t.
    case fixedLarge
  }

  public let timesteps: [Int]
  private let configuration: SamplerConfiguration
  private let variance: Variance

  /// - Parameter steps: S, 1…T.
  public init(steps: Int, variance: Variance = .fixedSmall, _ configuration: SamplerConfiguration) {
    timesteps = configuration.spacing.timesteps(
      steps: steps, of: configuration.schedule.timesteps, offset: configuration.stepsOffset)
    self.configuration = configuration
    self.variance = variance
  }

  public func needsNoise(at i: Int) -> Bool { timesteps[i] > 0 }

  public func step(_ output: Tensor, at i: Int, x: Tensor, noise: Tensor?) -> Tensor {
    let alphaBar = configuration.schedule.alphasCumulative
    let aBar = alphaBar[timesteps[i]]
    let aBarPrevious = i + 1 < timesteps.count ? alphaBar[timesteps[i + 1]] : 1
    let a = aBar / aBarPrevious
    let beta = 1 - a

    let posterior = max((1 - aBarPrevious) / (1 - aBar) * beta, 1e-20)
    let step = SamplerStep(
      signal: aBar.rootAsPyTorch, sigma: (1 - aBar).rootAsPyTorch, direction: .x,
      x0Weight: aBarPrevious.rootAsPyTorch * beta / (1 - aBar),
      directionWeight: a.rootAsPyTorch * (1 - aBarPrevious) / (1 - aBar),
      noiseWeight: (variance == .fixedSmall ? posterior : beta).rootAsPyTorch)
    return configuration.take(step, output, x: x, noise: needsNoise(at: i) ? noise : nil)
  }
}
