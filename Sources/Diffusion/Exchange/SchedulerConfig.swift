public import Foundation

/// A sampler with its settings, apart from how many steps it takes.
public struct SamplerSettings: Equatable, Sendable {
  public enum Kind: String, CaseIterable, Sendable { case ddpm, ddim }

  public var kind: Kind
  public var configuration: SamplerConfiguration
  /// DDPM's.
  public var variance = DDPM.Variance.fixedSmall
  /// DDIM's: before t = 0, ᾱ is 1; else it is ᾱ_0.
  public var endsAtOne = true

  public init(_ kind: Kind, _ configuration: SamplerConfiguration) {
    self.kind = kind
    self.configuration = configuration
  }

  /// - Parameters:
  ///   - steps: 1…T.
  ///   - eta: η, DDIM's only.
  public func sampler(steps: Int, eta: Double = 0) -> any Sampler {
    switch kind {
    case .ddpm: DDPM(steps: steps, variance: variance, configuration)
    case .ddim: DDIM(steps: steps, eta: eta, configuration, endsAtOne: endsAtOne)
    }
  }

  /// What diffusers wrote as `scheduler/scheduler_config.json`.
  /// - Throws: `PipelineError` where a setting asks for what isn't available.
  public init(diffusers url: URL) throws {
    var config = try DiffusersConfig(url)
    let kinds: [String: Kind] = ["DDPMScheduler": .ddpm, "DDIMScheduler": .ddim]
    let name: String = try config.get("_class_name", default: "")
    guard let kind = kinds[name] else {
      throw config.refuse("the scheduler '\(name)' isn't available; DDPMScheduler and DDIMScheduler are")
    }
    let schedules: [String: NoiseSchedule.Kind] = [
      "linear": .linear, "scaled_linear": .scaledLinear, "squaredcos_cap_v2": .squaredCosine, "sigmoid": .sigmoid,
    ]
    let predictions: [String: Prediction] = ["epsilon": .epsilon, "sample": .sample, "v_prediction": .velocity]
    let variances: [String: DDPM.Variance] = ["fixed_small": .fixedSmall, "fixed_large": .fixedLarge]
    let spacings = Dictionary(uniqueKeysWithValues: TimestepSpacing.allCases.map { ($0.rawValue, $0) })

    let schedule = NoiseSchedule(
      timesteps: try config.get("num_train_timesteps", default: 1000),
      kind: try config.choose("beta_schedule", from: schedules, default: "linear"),
      betaStart: try config.get("beta_start", default: 1e-4), betaEnd: try config.get("beta_end", default: 0.02),
      rescaleZeroSNR: try config.get("rescale_betas_zero_snr", default: false))
    let thresholding: Bool = try config.get("thresholding", default: false)
    let ratio: Double = try config.get("dynamic_thresholding_ratio", default: 0.995)
    let maximum: Double = try config.get("sample_max_value", default: 1)
    let clips: Bool = try config.get("clip_sample", default: true)
    let range: Double = try config.get("clip_sample_range", default: 1)

    self.kind = kind
    configuration = SamplerConfiguration(
      schedule: schedule, prediction: try config.choose("prediction_type", from: predictions, default: "epsilon"),
      spacing: try config.choose("timestep_spacing", from: spacings, default: "leading"),
      stepsOffset: try config.get("steps_offset", default: 0),
      clipping: thresholding ? .dynamicThresholding(ratio: ratio, maximum: maximum) : clips ? .range(range) : .none)
    variance = try config.choose("variance_type", from: variances, default: "fixed_small")
    endsAtOne = try config.get("set_alpha_to_one", default: true)
    try config.requireNothingElse()
  }
}

extension DiffusersConfig {
  fileprivate mutating func choose<Value>(
    _ key: String, from options: [String: Value], default standard: String
  ) throws -> Value {
    let name: String = try get(key, default: standard)
    guard let value = options[name] else {
      throw refuse("'\(key)' is '\(name)'; available are \(options.keys.sorted().joined(separator: ", "))")
    }
    return value
  }
}
