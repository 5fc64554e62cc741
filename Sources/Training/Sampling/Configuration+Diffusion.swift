public import Diffusion
public import Experiments

extension NoiseSchedule {
  public init(_ diffusion: DiffusionConfiguration) {
    let kind: Kind =
      switch diffusion.schedule {
      case .linear: .linear
      case .scaledLinear: .scaledLinear
      case .cosine: .squaredCosine
      case .sigmoid: .sigmoid
      }
    self.init(
      timesteps: diffusion.timesteps, kind: kind, betaStart: diffusion.betaStart, betaEnd: diffusion.betaEnd,
      rescaleZeroSNR: diffusion.rescaleBetasZeroSNR)
  }
}

extension Prediction {
  init(_ prediction: DiffusionConfiguration.Prediction) {
    self =
      switch prediction {
      case .epsilon: .epsilon
      case .sample: .sample
      case .v: .velocity
      }
  }
}

extension SamplerSettings {
  init(_ configuration: Configuration) {
    let sampling = configuration.sampling
    let spacing: TimestepSpacing =
      switch sampling.spacing {
      case .leading: .leading
      case .trailing: .trailing
      case .linspace: .linspace
      }
    self.init(
      sampling.sampler == .ddpm ? .ddpm : .ddim,
      SamplerConfiguration(
        schedule: NoiseSchedule(configuration.diffusion), prediction: Prediction(configuration.diffusion.prediction),
        spacing: spacing, clipping: sampling.clipSample ? .range(1) : .none))
    variance = sampling.variance == .fixedLarge ? .fixedLarge : .fixedSmall
  }
}
