/// What is allowed and probably not meant.
enum PlanWarnings {
  static func all(_ experiment: Experiment, _ runs: [ResolvedRun]) -> [String] {
    var warnings: [String] = []
    for run in runs {
      for warning in [timeEmbedding(run.configuration.model), warmup(run.configuration)].compactMap(\.self)
      where !warnings.contains(warning) {
        warnings.append(warning)
      }
    }
    return warnings + withoutEffect(experiment, runs)
  }

  private static func timeEmbedding(_ model: ModelConfiguration) -> String? {
    guard model.widths.contains(model.normGroups) else { return nil }
    return "a level has as many channels as model.norm_groups (\(model.normGroups)), so each channel is normalised by "
      + "itself, and the time embedding, a constant a channel, cannot act there; fewer groups let it"
  }

  private static func warmup(_ configuration: Configuration) -> String? {
    guard configuration.conditioning.kind != .none, let warmup = configuration.conditioning.warmup,
      warmup.epochs >= configuration.training.epochs
    else { return nil }
    return "conditioning.warmup.epochs (\(warmup.epochs)) is not reached within training.epochs "
      + "(\(configuration.training.epochs)), so nothing is ever frozen or masked"
  }

  private static func withoutEffect(_ experiment: Experiment, _ runs: [ResolvedRun]) -> [String] {
    Schema.fields.compactMap { field in
      guard let setting = experiment.given[field.path], setting.value != field.born, let condition = field.only,
        !runs.contains(where: { field.hasEffect(in: $0.parameters) })
      else { return nil }
      let line = setting.place.line.map { " (line \($0))" } ?? ""
      return "\(field.path)\(line) has no effect: it acts only where \(condition.path) is \(condition.value)"
    }
  }
}
