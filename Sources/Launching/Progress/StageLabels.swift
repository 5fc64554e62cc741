import Experiments

/// What a person calls a stage: its kind, what the names of the runs that need it have in common, and of a training
/// that is part of a longer one its epochs, counted from 1.
struct StageLabels {
  private var labels: [String: String] = [:]

  init(_ plan: Plan) {
    let stages = Dictionary(plan.stages.map { ($0.hash, $0) }) { first, _ in first }
    var common: [String: [Substring]] = [:]
    var parts: Set<String> = []
    for run in plan.runs {
      let settings = run.name.split(separator: "/", maxSplits: 1).dropFirst().first?.split(separator: ",") ?? []
      let trainings = run.stages.filter { stages[$0]?.kind == .train }
      if trainings.count > 1 { parts.formUnion(trainings) }
      for stage in run.stages {
        common[stage] = common[stage].map { known in known.filter(settings.contains) } ?? settings
      }
    }
    for stage in plan.stages {
      let settings = common[stage.hash, default: []].joined(separator: ",")
      let label = settings.isEmpty ? stage.kind.rawValue : "\(stage.kind.rawValue) \(settings)"
      let epochs = stage.trained
      labels[stage.hash] =
        parts.contains(stage.hash) ? "\(label) (epochs \(epochs.lowerBound + 1) to \(epochs.upperBound))" : label
    }
  }

  func label(of stage: Stage) -> String {
    labels[stage.hash] ?? "\(stage.kind.rawValue) \(stage.hash.prefix(8))"
  }
}
