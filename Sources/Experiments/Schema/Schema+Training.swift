extension Schema {
  static let training: [Field] = [
    Field("training.epochs", .integer(1...100_000), 10, in: .course, "Times through the training pictures."),
    Field("training.batch_size", .integer(1...65536), 128, in: .epoch, "Pictures a step; a short last batch is kept."),
    Field(
      "training.loss", .choice(TrainingConfiguration.Loss.self), "mse", in: .epoch,
      "What is minimised; both are recorded."),
    Field(
      "training.min_snr", .optional(.number(.positive)), nil, in: .epoch,
      "γ of min-SNR weighting (Hang et al. 2023), which makes easy timesteps count less; null: all count the same."),
    Field(
      "training.optimizer", .choice(TrainingConfiguration.Optimizer.self), "adamw", in: .epoch,
      "How the weights follow the gradient."),
    Field(
      "training.learning_rate", .number(.positive), 1e-4, in: .epoch, "The step's size, before `schedule` acts on it."),
    Field(
      "training.betas", .list(.number(.shareBelowOne), count: 2), [0.9, 0.999], in: .epoch, only: adam,
      "Decay of the optimizer's two running means."),
    Field(
      "training.epsilon", .number(.positive), 1e-8, in: .epoch, only: adam, "Keeps the optimizer's division finite."),
    Field(
      "training.momentum", .number(.shareBelowOne), 0.0, in: .epoch, only: sgd,
      "How much of the last step is taken again."),
    Field("training.nesterov", .boolean, false, in: .epoch, only: sgd, "Nesterov's momentum."),
    Field(
      "training.weight_decay", .number(.notNegative), derived: "0.01 with adamw, else 0", in: .epoch,
      "Pull of the weights towards zero."
    ) { $0["training.optimizer"] == "adamw" ? 0.01 : 0.0 },
    Field(
      "training.gradient_clipping", .optional(.number(.positive)), nil, in: .epoch,
      "Greatest norm of the whole gradient, which is shortened to it; null: as it comes."),
    Field(
      "training.ema.decay", .optional(.number(.shareBelowOne)), nil, in: .epoch,
      "Decay of a running mean of the weights, which is then what is sampled and exported; null: none."),
    Field(
      "training.schedule.kind", .choice(TrainingConfiguration.Schedule.Kind.self), "constant", in: .course,
      "How the learning rate goes over the epochs."),
    Field(
      "training.schedule.warmup_epochs", .number(.notNegative), 0.0, in: .course,
      "Epochs, or a part of one, over which the learning rate first rises from 0, step by step."),
    Field(
      "training.schedule.final", .number(.share), 0.0, in: .course,
      only: .when("training.schedule.kind", is: "linear", "cosine"),
      "Share of the learning rate that is left at the end."),
    Field(
      "training.schedule.step_epochs", .integer(1...1_000_000), 1, in: .course,
      only: .when("training.schedule.kind", is: "step"), "Epochs from one step down to the next."),
    Field(
      "training.schedule.factor", .number(NumberRange(lower: .excluded(0), upper: .included(1))), 0.1, in: .course,
      only: .when("training.schedule.kind", is: "step", "plateau"), "What each step down leaves of the learning rate."),
    Field(
      "training.schedule.metric", .choice(WatchedMetric.self), "validation.mse", in: .course, only: plateau,
      "The metric that steps the rate down when it has stopped improving."),
    Field(
      "training.schedule.patience", .integer(1...1_000_000), 10, in: .course, only: plateau,
      "Epochs in a row without improvement after which it has."),
    Field(
      "training.schedule.min_delta", .number(.notNegative), 0.0, in: .course, only: plateau,
      "What counts as improvement: to fall by more than this below the least value so far."),
    Field(
      "training.early_stopping.metric", .optional(.choice(WatchedMetric.self)), nil, in: .course,
      "Training ends when this metric has stopped improving; null: only after all epochs."),
    Field(
      "training.early_stopping.patience", .integer(1...1_000_000), 10, in: .course, only: stopping,
      "Epochs in a row without improvement after which it has."),
    Field(
      "training.early_stopping.min_delta", .number(.notNegative), 0.0, in: .course, only: stopping,
      "What counts as improvement: to fall by more than this below the least value so far."),
    Field(
      "training.keep.last", .integer(1...1000), 2, in: .none,
      "How many of the states to resume from are kept while training goes on."),
    Field(
      "training.keep.best", .optional(.choice(WatchedMetric.self)), nil, in: .none,
      "Also keep the weights after the epochs that are best by this metric; null: none."),
    Field(
      "training.keep.best_count", .integer(1...1000), 1, in: .none, only: .given("training.keep.best"),
      "How many best epochs to keep."),
    Field(
      "training.precision", .choice(Precision.self, later: ["float16"]), "float32",
      in: .initialState, "Numbers that training computes in; with bfloat16 weights and optimizer stay float32."),
    Field(
      "training.threads", .integer(1...1024), 2, in: .initialState,
      "Threads of one training; they decide the order of sums, so another number is another training."),
    Field(
      "training.device", .choice(TrainingConfiguration.Device.self, later: ["cuda", "mps"]), "cpu", in: .initialState,
      "What computes."),
  ]

  private static let adam = Field.Condition.when("training.optimizer", is: "adam", "adamw")
  private static let sgd = Field.Condition.when("training.optimizer", is: "sgd")
  private static let plateau = Field.Condition.when("training.schedule.kind", is: "plateau")
  private static let stopping = Field.Condition.given("training.early_stopping.metric")
}
