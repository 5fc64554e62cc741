extension Schema {
  static let sampling: [Field] = [
    Field(
      "sampling.sampler", .choice(SamplingConfiguration.Sampler.self), "ddim", in: .sampler,
      "How noise becomes a picture."),
    Field(
      "sampling.steps", .integer(1...100_000), derived: "50 with ddim, every timestep with ddpm", in: .sampler,
      "Times that the network is asked; at most `diffusion.timesteps`."
    ) { parameters in
      let timesteps = parameters["diffusion.timesteps"] ?? 1000
      guard parameters["sampling.sampler"] == "ddim", case .int(let count) = timesteps else { return timesteps }
      return .int(min(50, count))
    },
    Field("sampling.eta", .number(.share), 0.0, in: .sampler, "Share of DDIM's noise; ddpm takes only 0."),
    Field(
      "sampling.guidance", .number(.notNegative), 1.0, in: .sampler,
      "Classifier-free guidance (Ho & Salimans 2022): how far to go from the prediction without a label towards, and "
        + "beyond, the one with it; 1 is the latter."),
    Field("sampling.seed", .seed, 0, in: .sample, "The grids' noise: cell k starts from the same in every run."),
    Field("sampling.clip_sample", .boolean, true, in: .sampler, "Keep the predicted picture within −1…1."),
    Field(
      "sampling.spacing", .choice(SamplingConfiguration.Spacing.self), "leading", in: .sampler,
      "Which timesteps are visited."),
    Field(
      "sampling.variance", .choice(SamplingConfiguration.Variance.self), "fixed-small", in: .sampler,
      only: .when("sampling.sampler", is: "ddpm"), "DDPM's variance."),
    Field(
      "sampling.precision", .choice(Precision.self, later: ["float16"]), "float32", in: .sampler,
      "Numbers that the network computes in; the steps themselves are float32."),
    Field("sampling.grid.rows", .integer(1...64), 4, in: .sample, "Rows of the sample grid; a column is a class."),
    Field(
      "sampling.grid.every_epochs", .optional(.integer(1...1_000_000)), nil, in: .none,
      "Also after every so many epochs; null: only after the last."),
  ]
}
