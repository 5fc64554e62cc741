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
    kind = try config.choose("_class_name", from: Kind.allCases, by: \.diffusersName)
    let thresholding: Bool = try config.get("thresholding", default: false)
    let ratio: Double = try config.get("dynamic_thresholding_ratio", default: 0.995)
    let maximum: Double = try config.get("sample_max_value", default: 1)
    let clips: Bool = try config.get("clip_sample", default: true)
    let range: Double = try config.get("clip_sample_range", default: 1)
    configuration = SamplerConfiguration(
      schedule: try config.schedule(),
      prediction: try config.choose(
        "prediction_type", from: Prediction.allCases, by: \.diffusersName, default: .epsilon),
      spacing: try config.choose("timestep_spacing", from: TimestepSpacing.allCases, by: \.rawValue, default: .leading),
      stepsOffset: try config.get("steps_offset", default: 0),
      clipping: thresholding ? .dynamicThresholding(ratio: ratio, maximum: maximum) : clips ? .range(range) : .none)
    variance = try config.choose(
      "variance_type", from: DDPM.Variance.allCases, by: \.diffusersName, default: .fixedSmall)
    endsAtOne = try config.get("set_alpha_to_one", default: true)
    try config.requireNothingElse()
  }

  /// What diffusers reads as `scheduler/scheduler_config.json`: every setting that it writes there itself.
  func diffusersConfig() -> [String: Any] {
    let (schedule, formula) = (configuration.schedule, configuration.schedule.formula)
    let isNamed = formula.map { kind.namedSchedules.contains($0.kind) } ?? false
    var config: [String: Any] = [
      "_class_name": kind.diffusersName, "num_train_timesteps": schedule.timesteps,
      "beta_start": formula?.betaStart ?? 1e-4, "beta_end": formula?.betaEnd ?? 0.02,
      "beta_schedule": (isNamed ? formula?.kind ?? .linear : .linear).diffusersName,
      "trained_betas": (isNamed ? nil : schedule.betas.map(Double.init)).orNull,
      "rescale_betas_zero_snr": isNamed && formula?.rescaleZeroSNR == true,
      "prediction_type": configuration.prediction.diffusersName, "timestep_spacing": configuration.spacing.rawValue,
      "steps_offset": configuration.stepsOffset, "clip_sample": false, "clip_sample_range": 1.0,
      "thresholding": false, "dynamic_thresholding_ratio": 0.995, "sample_max_value": 1.0,
    ]
    switch configuration.clipping {
    case .none: break
    case .range(let range):
      (config["clip_sample"], config["clip_sample_range"]) = (true, range)
    case .dynamicThresholding(let ratio, let maximum):
      (config["thresholding"], config["dynamic_thresholding_ratio"]) = (true, ratio)
      config["sample_max_value"] = maximum
    }
    switch kind {
    case .ddpm: config["variance_type"] = variance.diffusersName
    case .ddim: config["set_alpha_to_one"] = endsAtOne
    }
    return config
  }
}

extension DiffusersConfig {
  fileprivate mutating func schedule() throws -> NoiseSchedule {
    let timesteps: Int = try get("num_train_timesteps", default: 1000)
    let kind = try choose("beta_schedule", from: NoiseSchedule.Kind.allCases, by: \.diffusersName, default: .linear)
    let (start, end): (Double, Double) = (try get("beta_start", default: 1e-4), try get("beta_end", default: 0.02))
    let rescales: Bool = try get("rescale_betas_zero_snr", default: false)
    guard let betas: [Double] = try get("trained_betas") else {
      return NoiseSchedule(
        timesteps: timesteps, kind: kind, betaStart: start, betaEnd: end, rescaleZeroSNR: rescales)
    }
    guard betas.count == timesteps else {
      throw refuse("'trained_betas' has \(betas.count) values for \(timesteps) timesteps")
    }
    guard !rescales else { throw refuse("'trained_betas' with 'rescale_betas_zero_snr' isn't available") }
    return NoiseSchedule(betas: betas.map(Float.init))
  }

  /// - Parameter standard: where the setting is missing; nil: it may not be.
  fileprivate mutating func choose<Value>(
    _ key: String, from options: [Value], by name: (Value) -> String, default standard: Value? = nil
  ) throws -> Value {
    let given: String? = try get(key)
    if given == nil, let standard { return standard }
    guard let value = options.first(where: { name($0) == given }) else {
      throw refuse(
        "'\(key)' is '\(given ?? "missing")'; available are \(options.map(name).sorted().joined(separator: ", "))")
    }
    return value
  }
}
