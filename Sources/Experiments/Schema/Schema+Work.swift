extension Schema {
  static let training: [Field] = [
    Field("training.epochs", .integer(1...100_000), 10, in: .none, "Times through the training pictures."),
    Field("training.batch_size", .integer(1...65536), 128, in: .epoch, "Pictures a step; a short last batch is kept."),
    Field(
      "training.loss", .choice(TrainingConfiguration.Loss.self), "mse", in: .epoch,
      "What is minimised; both are recorded."),
    Field(
      "training.optimizer", .choice(TrainingConfiguration.Optimizer.self, later: ["sgd"]), "adamw", in: .epoch,
      "How the weights follow the gradient."),
    Field("training.learning_rate", .number(.positive), 1e-4, in: .epoch, "The step's size, the same in every epoch."),
    Field(
      "training.betas", .list(.number(.shareBelowOne), count: 2), [0.9, 0.999], in: .epoch,
      "Decay of the optimizer's two running means."),
    Field("training.epsilon", .number(.positive), 1e-8, in: .epoch, "Keeps the optimizer's division finite."),
    Field(
      "training.weight_decay", .number(.notNegative), derived: "0.01 with adamw, 0 with adam", in: .epoch,
      "Pull of the weights towards zero."
    ) { $0["training.optimizer"] == "adamw" ? 0.01 : 0.0 },
    Field(
      "training.precision", .choice(TrainingConfiguration.Precision.self, later: ["bfloat16", "float16"]), "float32",
      in: .initialState, "Numbers that training computes in."),
    Field(
      "training.threads", .integer(1...1024), 2, in: .initialState,
      "Threads of one training; they decide the order of sums, so another number is another training."),
    Field(
      "training.device", .choice(TrainingConfiguration.Device.self, later: ["cuda", "mps"]), "cpu", in: .initialState,
      "What computes."),
  ]

  static let sampling: [Field] = [
    Field(
      "sampling.sampler", .choice(SamplingConfiguration.Sampler.self), "ddim", in: .sample,
      "How noise becomes a picture."),
    Field(
      "sampling.steps", .integer(1...100_000), derived: "50 with ddim, every timestep with ddpm", in: .sample,
      "Times that the network is asked; at most `diffusion.timesteps`."
    ) { parameters in
      let timesteps = parameters["diffusion.timesteps"] ?? 1000
      guard parameters["sampling.sampler"] == "ddim", case .int(let count) = timesteps else { return timesteps }
      return .int(min(50, count))
    },
    Field("sampling.eta", .number(.share), 0.0, in: .sample, "Share of DDIM's noise; ddpm takes only 0."),
    Field("sampling.seed", .seed, 0, in: .sample, "The grids' noise: cell k starts from the same in every run."),
    Field("sampling.clip_sample", .boolean, true, in: .sample, "Keep the predicted picture within −1…1."),
    Field(
      "sampling.spacing", .choice(SamplingConfiguration.Spacing.self), "leading", in: .sample,
      "Which timesteps are visited."),
    Field(
      "sampling.variance", .choice(SamplingConfiguration.Variance.self), "fixed-small", in: .sample,
      only: Field.Condition(path: "sampling.sampler", value: "ddpm"), "DDPM's variance."),
    Field("sampling.grid.rows", .integer(1...64), 4, in: .sample, "Rows of the sample grid; a column is a class."),
    Field(
      "sampling.grid.every_epochs", .optional(.integer(1...1_000_000)), nil, in: .none,
      "Also after every so many epochs; null: only after the last."),
  ]
}
