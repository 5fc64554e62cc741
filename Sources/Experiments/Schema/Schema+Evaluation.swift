extension Schema {
  static let evaluation: [Field] = [
    Field(
      "evaluation.images", .optional(.integer(20...1_000_000)), nil, in: .drawing,
      "Pictures that are drawn after the last epoch and scored, with noise of their own by `seed`; null: none."),
    Field(
      "evaluation.metrics", .list(.choice(EvaluationConfiguration.Metric.self), count: nil),
      .list(EvaluationConfiguration.Metric.allCases.map { .string($0.rawValue) }), in: .evaluation, only: evaluated,
      "Which scores. What has no meaning for a network or an extractor is left out, with a warning."),
    Field(
      "evaluation.reference", .choice(EvaluationConfiguration.Reference.self), "train", in: .evaluation,
      only: evaluated,
      "The split that the pictures are compared with; their nearest neighbours are looked for in the train split always."
    ),
    Field(
      "evaluation.labels", .choice(EvaluationConfiguration.Labels.self), "data", in: .drawing, only: evaluated,
      "Label mix of the drawn pictures: the train split's own, or as many of each class."),
    Field(
      "evaluation.extractor.file", .optional(.file), nil, in: .none, only: evaluated,
      "A TorchScript file that gives the features; null: a small classifier trained on the train split."),
    Field(
      "evaluation.extractor.sha256", .optional(.text), nil, in: .evaluation, only: scripted,
      "SHA-256 of that file, as `sha256sum` prints it."),
  ]

  private static let evaluated = Field.Condition.given("evaluation.images")
  private static let scripted = Field.Condition.given("evaluation.extractor.file")
}
