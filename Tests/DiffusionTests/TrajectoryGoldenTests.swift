import Diffusion
import Formulas
import Testing
import Torch

struct TrajectoryGoldenTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    struct Options: Decodable {
      var num_train_timesteps: Int?
      var beta_schedule: String?
      var beta_end: Double?
      var rescale_betas_zero_snr: Bool?
      var prediction_type: String?
      var timestep_spacing: String?
      var steps_offset: Int?
      var clip_sample: Bool?
      var clip_sample_range: Double?
      var thresholding: Bool?
      var dynamic_thresholding_ratio: Double?
      var sample_max_value: Double?
      var set_alpha_to_one: Bool?
      var eta: Double?
      var use_clipped_model_output: Bool?
      var variance_type: String?
    }
    var kind: String
    var steps: Int
    var options: Options
    var timesteps: [Int]
    var size: Int
    var batch: Int
    var states: [String: [Double]]

    var testDescription: String { "\(kind) \(steps) steps, \(options)" }

    var sampler: any Sampler {
      let schedule = NoiseSchedule(
        timesteps: options.num_train_timesteps ?? 1000, kind: kinds[options.beta_schedule ?? "linear"] ?? .linear,
        betaEnd: options.beta_end ?? 0.02, rescaleZeroSNR: options.rescale_betas_zero_snr ?? false)
      let clipping: Clipping =
        options.thresholding == true
        ? .dynamicThresholding(
          ratio: options.dynamic_thresholding_ratio ?? 0.995, maximum: options.sample_max_value ?? 1)
        : options.clip_sample == false ? .none : .range(options.clip_sample_range ?? 1)
      let predictions: [String: Prediction] = ["sample": .sample, "v_prediction": .velocity]
      let configuration = SamplerConfiguration(
        schedule: schedule, prediction: predictions[options.prediction_type ?? ""] ?? .epsilon,
        spacing: TimestepSpacing(rawValue: options.timestep_spacing ?? "leading") ?? .leading,
        stepsOffset: options.steps_offset ?? 0, clipping: clipping)
      return kind == "ddim"
        ? DDIM(
          steps: steps, eta: options.eta ?? 0, configuration, endsAtOne: options.set_alpha_to_one ?? true,
          usesClippedOutput: options.use_clipped_model_output ?? false)
        : DDPM(
          steps: steps, variance: options.variance_type == "fixed_large" ? .fixedLarge : .fixedSmall, configuration)
    }
  }

  static let goldens: [Golden] = (try? decodeGolden("trajectories", as: [Golden].self)) ?? []

  @Test func `there are goldens`() { #expect(Self.goldens.count >= 60) }

  @Test(arguments: goldens)
  func `whole trajectories are diffusers'`(golden: Golden) {
    let sampler = golden.sampler
    #expect(sampler.timesteps == golden.timesteps)
    var x = formulaTensor("start", [golden.batch, 3, golden.size, golden.size], scale: 1.7)
    for (i, t) in sampler.timesteps.enumerated() {
      let output = 0.8 * x + 0.3 * formulaTensor("net \(i % 10)", x.shape) - 0.1 * Double(t) / 1000
      x = sampler.step(output, at: i, x: x, noise: formulaTensor("noise \(i % 50)", x.shape, scale: 1.7))
      guard let wanted = golden.states["\(i)"] else { continue }
      let scale = wanted.map { abs($0) }.max() ?? 1
      let miss = zip(x.values(as: Double.self), wanted).map { abs($0 - $1) }.max() ?? .infinity
      #expect(miss <= 1e-5 * max(1, scale), "step \(i): off by \(miss), of \(scale)")
    }
  }
}
