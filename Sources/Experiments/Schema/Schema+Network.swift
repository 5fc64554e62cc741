extension Schema {
  static let model: [Field] = [
    Field("model.kind", .choice(ModelConfiguration.Kind.self), "unet-2d-condition", in: .initialState, "The network."),
    Field(
      "model.widths", .list(.integer(1...8192), count: nil), [32, 64], in: .initialState,
      "Channels of each level, from the finest down; each level halves the picture."),
    Field("model.layers_per_block", .integer(1...16), 2, in: .initialState, "Residual blocks a level on the way down."),
    Field(
      "model.norm_groups", .integer(1...8192), 32, in: .initialState, "Groups of every group norm; divides every width."
    ),
    Field(
      "model.heads", .integer(1...8192), 8, in: .initialState, "Attention heads; divides every width with attention."),
    Field(
      "model.cross_attention", .integer(1...65536), 1280, in: .initialState,
      "Channels of the embedding inside the cross-attention."),
    Field("model.dropout", .number(.shareBelowOne), 0.0, in: .epoch, "Dropout of the residual blocks."),
    Field(
      "model.down_blocks", .list(.choice(ModelConfiguration.Block.self), count: nil),
      derived: "Down everywhere, CrossAttnDown at the last level", in: .initialState,
      "One a level, mirrored on the way up."
    ) { parameters in
      guard case .list(let widths) = parameters["model.widths"] else { return [] }
      return .list(widths.indices.map { $0 == widths.count - 1 ? "CrossAttnDown" : "Down" })
    },
    Field(
      "model.from", .optional(.folder), nil, in: .none,
      "Start from the weights in this folder, which diffusers or `darkroom export` saved; relative to this file."),
  ]

  static let conditioning: [Field] = [
    Field(
      "conditioning.kind", .choice(ConditioningConfiguration.Kind.self, later: ["attributes"]), "label",
      in: .initialState, "What the network is told about the picture wanted."),
    Field(
      "conditioning.embedding", .integer(1...65536), 64, in: .initialState, only: label, "Channels of the embedding."),
    Field(
      "conditioning.bottleneck", .optional(.integer(1...65536)), nil, in: .initialState, only: label,
      "Channels of the embedding net's hidden layer; null: as many as `embedding`."),
    Field(
      "conditioning.dropout", .number(.shareBelowOne), 0.0, in: .epoch, only: label, "Dropout of the embedding net."),
    Field(
      "conditioning.warmup.epochs", .optional(.integer(0...1_000_000)), nil, in: .course, only: label,
      "From this epoch (0-based) on, the embedding net is frozen and labels are masked. Beside `metric`: not before it. "
        + "null: only `metric` decides; without that, never."),
    Field(
      "conditioning.warmup.metric", .optional(.choice(WatchedMetric.self)), nil, in: .course, only: label,
      "The warm-up ends when this metric has stopped improving."),
    Field(
      "conditioning.warmup.patience", .integer(1...1_000_000), 3, in: .course, only: warmupMetric,
      "Epochs in a row without improvement after which it has."),
    Field(
      "conditioning.warmup.min_delta", .number(.notNegative), 0.0, in: .course, only: warmupMetric,
      "What counts as improvement: to fall by more than this below the least value so far."),
    Field(
      "conditioning.warmup.parts", .list(.choice(ConditioningConfiguration.Warmup.Part.self), count: nil), ["label"],
      in: .course, only: label, "What is frozen after the warm-up: the embedding net, the network, or parts of it."),
    Field(
      "conditioning.warmup.frozen_dropout", .boolean, true, in: .course, only: label,
      "Whether a frozen part's own dropout goes on."),
    Field(
      "conditioning.warmup.frozen_epochs", .optional(.integer(1...1_000_000)), nil, in: .course, only: label,
      "After so many frozen epochs all parts are learnt again; null: frozen for good."),
    Field(
      "conditioning.label_keep", .number(.share), 1.0, in: .epoch, only: label,
      "Probability that a label is kept, from the end of the warm-up, or from the start where there is none."),
  ]

  static let diffusion: [Field] = [
    Field("diffusion.timesteps", .integer(1...100_000), 1000, in: .initialState, "Steps of the forward process."),
    Field(
      "diffusion.schedule", .choice(DiffusionConfiguration.Schedule.self), "linear", in: .initialState,
      "How the noise grows."),
    Field("diffusion.beta_start", .number(betas), 1e-4, in: .initialState, "Variance of the first step's noise."),
    Field("diffusion.beta_end", .number(betas), 0.02, in: .initialState, "Variance of the last step's noise."),
    Field(
      "diffusion.prediction", .choice(DiffusionConfiguration.Prediction.self), "epsilon", in: .initialState,
      "What the network predicts: the noise, the picture, or v."),
    Field(
      "diffusion.rescale_betas_zero_snr", .boolean, false, in: .initialState,
      "Rescale the schedule so that the last step is pure noise."),
  ]

  private static let label = Field.Condition.when("conditioning.kind", is: "label")
  private static let warmupMetric = Field.Condition.given("conditioning.warmup.metric")
  private static let betas = NumberRange(lower: .excluded(0), upper: .excluded(1))
}
