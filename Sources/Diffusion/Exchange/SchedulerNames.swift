/// What diffusers calls the choices of a scheduler's configuration.

extension SamplerSettings.Kind {
  var diffusersName: String {
    switch self {
    case .ddpm: "DDPMScheduler"
    case .ddim: "DDIMScheduler"
    }
  }

  /// The schedules that diffusers knows by name with this sampler.
  var namedSchedules: [NoiseSchedule.Kind] {
    switch self {
    case .ddpm: NoiseSchedule.Kind.allCases
    case .ddim: [.linear, .scaledLinear, .squaredCosine]
    }
  }
}

extension NoiseSchedule.Kind {
  var diffusersName: String {
    switch self {
    case .linear: "linear"
    case .scaledLinear: "scaled_linear"
    case .squaredCosine: "squaredcos_cap_v2"
    case .sigmoid: "sigmoid"
    }
  }
}

extension Prediction {
  var diffusersName: String {
    switch self {
    case .epsilon: "epsilon"
    case .sample: "sample"
    case .velocity: "v_prediction"
    }
  }
}

extension DDPM.Variance {
  var diffusersName: String {
    switch self {
    case .fixedSmall: "fixed_small"
    case .fixedLarge: "fixed_large"
    }
  }
}
