/// What is allowed and probably not meant.
enum PlanWarnings {
  static func all(_ experiment: Experiment, _ runs: [ResolvedRun]) -> [String] {
    var warnings: [String] = []
    for run in runs {
      for warning in [
        timeEmbedding(run.configuration.model), warmup(run.configuration), rising(run.configuration.training),
        guidance(run.configuration), classAccuracy(run.configuration),
      ].compactMap(\.self)
      where !warnings.contains(warning) {
        warnings.append(warning)
      }
    }
    return warnings + [sweepMetric(experiment, runs)].compactMap(\.self) + withoutEffect(experiment, runs)
  }

  private static func timeEmbedding(_ model: ModelConfiguration) -> String? {
    guard model.widths.contains(model.normGroups) else { return nil }
    return "a level has as many channels as model.norm_groups (\(model.normGroups)), so each channel is normalised by "
      + "itself, and the time embedding, a constant a channel, cannot act there; fewer groups let it"
  }

  private static func warmup(_ configuration: Configuration) -> String? {
    guard configuration.conditioning.hasWarmup, let epochs = configuration.conditioning.warmup.epochs,
      epochs >= configuration.training.epochs
    else { return nil }
    return "conditioning.warmup.epochs (\(epochs)) is not reached within training.epochs "
      + "(\(configuration.training.epochs)), so nothing is ever frozen or masked"
  }

  private static func rising(_ training: TrainingConfiguration) -> String? {
    guard training.schedule.warmupEpochs > Double(training.epochs) else { return nil }
    return "training.schedule.warmup_epochs (\(training.schedule.warmupEpochs.short)) is above training.epochs "
      + "(\(training.epochs)), so the learning rate never reaches training.learning_rate"
  }

  private static func guidance(_ configuration: Configuration) -> String? {
    guard configuration.sampling.guidance != 1 else { return nil }
    if configuration.conditioning.kind == .none {
      return "sampling.guidance has no effect: the network is told nothing (conditioning.kind is none)"
    }
    guard configuration.conditioning.labelKeep == 1, configuration.model.from == nil else { return nil }
    return "sampling.guidance needs a network that also learnt to draw without a label, and "
      + "conditioning.label_keep is 1, so it never does; 0.9 lets it"
  }

  private static func classAccuracy(_ configuration: Configuration) -> String? {
    let evaluation = configuration.evaluation
    guard evaluation.images != nil, evaluation.metrics.contains(.classAccuracy),
      !configuration.scores.contains(.classAccuracy)
    else { return nil }
    return configuration.conditioning.kind == .none
      ? "class_accuracy is left out: the network is told no class (conditioning.kind is none)"
      : "class_accuracy is left out: the classes of evaluation.extractor.file need not be those of the data"
  }

  private static func sweepMetric(_ experiment: Experiment, _ runs: [ResolvedRun]) -> String? {
    guard let name = experiment.sweep?.metric?.name, let metric = EvaluationConfiguration.Metric(rawValue: name),
      !runs.contains(where: { $0.configuration.scores.contains(metric) })
    else { return nil }
    return "sweep.metric is \(name), and no run records it: evaluation.images is null, or evaluation.metrics lacks it"
  }

  private static func withoutEffect(_ experiment: Experiment, _ runs: [ResolvedRun]) -> [String] {
    Schema.fields.compactMap { field in
      guard let setting = experiment.given[field.path], setting.value != field.born, let condition = field.only,
        !runs.contains(where: { field.hasEffect(in: $0.parameters) })
      else { return nil }
      let line = setting.place.line.map { " (line \($0))" } ?? ""
      return "\(field.path)\(line) has no effect: it acts only where \(condition)"
    }
  }
}
