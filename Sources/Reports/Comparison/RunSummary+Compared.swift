public import Experiments
public import RunStore

extension ComparedRun {
  /// Nil for a run that has not finished.
  public init?(_ run: RunSummary) {
    guard run.status == .finished else { return nil }
    func last(_ kind: StageKind) -> String? { run.stages.last { $0.kind == kind }?.hash }
    let (sampled, drawn, evaluated) = (last(.sample), last(.draw), last(.evaluate))
    let trained = run.stages.last { $0.kind == .train }.map { stage in
      stage.endEpoch.map { "\(stage.hash) to \($0)" } ?? stage.hash
    }
    let metrics = run.metrics.map { key, metric in
      let word = key.prefix { $0 != "." }
      let stage =
        switch word {
        case "sample": sampled
        case "evaluation": drawn
        case _ where EvaluationConfiguration.Metric(rawValue: String(word)) != nil: evaluated
        default: trained
        }
      return (key, Measurement(metric.last, stage: stage ?? run.id))
    }
    self.init(
      seed: run.seed ?? 0, parameters: run.parameters, metrics: Dictionary(metrics) { first, _ in first })
  }
}

extension Comparison {
  /// Compares the finished ones of `runs`, and counts the others in a note.
  public init(
    finished runs: [RunSummary], by: [String], metrics: [String], baseline: [String] = [],
    directions: [String: Direction] = [:]
  ) throws {
    let finished = runs.compactMap(ComparedRun.init)
    let others = Dictionary(grouping: runs.filter { $0.status != .finished }, by: \.status)
    let left = others.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value.count) \($0.key.rawValue)" }
    if finished.isEmpty {
      throw InputError(
        left.isEmpty ? "no runs to compare" : "no finished runs to compare: \(left.joined(separator: ", "))")
    }
    try self.init(of: finished, by: by, metrics: metrics, baseline: baseline, directions: directions)
    if !left.isEmpty { notes.append("Left out: \(left.joined(separator: ", ")).") }
  }

  /// What is compared where no metric is asked for.
  public static let usuallyPreferred = [
    "validation.l1", "validation.mse", "fid", "kid", "class_accuracy", "evaluation.seconds_per_picture",
    "evaluation.network_evaluations",
  ]

  /// `preferred` of the metrics that some finished run has; what a comparison shows where no metric was asked for.
  public static func usualMetrics(
    of runs: [RunSummary], preferring preferred: [String] = usuallyPreferred
  ) -> [String] {
    preferred.filter { key in runs.contains { $0.metrics[key] != nil } }
  }
}

extension Comparison {
  /// The names of those of a sweep's axes on which its finished `runs` differ, in the order of the file.
  ///
  /// `axes`: the axes of each run, by its id.
  public static func varyingAxes(of runs: [RunSummary], axes: [String: [AxisValue]]) -> [String] {
    let values = runs.filter { $0.status == .finished }.compactMap { axes[$0.id] }
    var names: [String] = []
    for axis in values.joined() where axis.axis != "seed" && !names.contains(axis.axis) {
      let settings = values.map { $0.first { $0.axis == axis.axis }?.settings }
      if settings.contains(where: { $0 != settings[0] }) { names.append(axis.axis) }
    }
    return names
  }
}
