public import Experiments
public import RunStore

extension ComparedRun {
  /// A run that has not finished has no metrics to compare.
  public init(_ run: RunSummary, spend: TrainingSpend? = nil) {
    func last(_ kind: StageKind) -> String? { run.stages.last { $0.kind == kind }?.hash }
    let (sampled, drawn, evaluated) = (last(.sample), last(.draw), last(.evaluate))
    let trained = run.stages.last { $0.kind == .train }.map { stage in
      stage.endEpoch.map { "\(stage.hash) to \($0)" } ?? stage.hash
    }
    let finished = run.status == .finished ? run.metrics : [:]
    let metrics = finished.map { key, metric in
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
      id: run.id, seed: run.seed ?? 0, parameters: run.parameters, metrics: Dictionary(metrics) { first, _ in first },
      training: trained, spend: spend)
  }
}

extension Comparison {
  /// Compares the finished ones of `runs`, and counts the others in a note.
  ///
  /// `spends`: what each run's training took, by the run's id. `definitions`: by what scores were measured.
  public init(
    finished runs: [RunSummary], by: [String], metrics: [String], baseline: [String] = [], margin: Margin = Margin(),
    allowed: [String] = [], usesBootstrap: Bool = false, directions: [String: Direction] = [:],
    spends: [String: ComparedRun.TrainingSpend] = [:], definitions: ScoreDefinitions? = nil
  ) throws {
    let finished = runs.filter { $0.status == .finished }
    let unfinished = runs.filter { $0.status != .finished }
    let others = Dictionary(grouping: unfinished, by: \.status)
    let left = others.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value.count) \($0.key.rawValue)" }
    if finished.isEmpty {
      throw InputError(
        left.isEmpty ? "no runs to compare" : "no finished runs to compare: \(left.joined(separator: ", "))")
    }
    try self.init(
      of: finished.map { ComparedRun($0, spend: spends[$0.id]) }, unfinished: unfinished.map { ComparedRun($0) },
      by: by,
      metrics: metrics, baseline: baseline, margin: margin, allowed: allowed, usesBootstrap: usesBootstrap,
      directions: directions)
    notes += definitions?.notes(for: self.metrics) ?? []
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

extension ComparedRun.TrainingSpend {
  /// What the trainings of `runs` took, by the run's id: of a training that a run leaves early, its share of the seconds.
  ///
  /// `pictures`: by the hash of the stage that prepared them.
  public static func byRun(
    _ runs: [RunSummary], pictures: [String: Int]
  ) -> [String: ComparedRun.TrainingSpend] {
    runs.reduce(into: [:]) { spends, run in
      var seconds = 0.0
      var epochs = 0
      for stage in run.stages where stage.kind == .train {
        guard let executed = stage.epochs else { continue }
        let end = min(stage.endEpoch ?? executed.upperBound, executed.upperBound)
        seconds += stage.seconds * Double(end - executed.lowerBound) / Double(max(1, executed.count))
        epochs = max(epochs, end)
      }
      guard epochs > 0 else { return }
      let pictures = run.stages.first { $0.kind == .prepare }.flatMap { pictures[$0.hash] }
      spends[run.id] = .init(picturesSeen: pictures.map { Double($0 * epochs) }, seconds: seconds > 0 ? seconds : nil)
    }
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
