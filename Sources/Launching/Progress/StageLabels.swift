import Experiments

/// What a person calls a stage: its kind, and what the names of the runs that need it have in common.
struct StageLabels {
  private var labels: [String: String] = [:]

  init(_ plan: Plan) {
    var common: [String: [Substring]] = [:]
    for run in plan.runs {
      let parts = run.name.split(separator: "/", maxSplits: 1).dropFirst().first?.split(separator: ",") ?? []
      for stage in run.stages {
        common[stage] = common[stage].map { known in known.filter(parts.contains) } ?? parts
      }
    }
    for stage in plan.stages {
      let settings = common[stage.hash, default: []].joined(separator: ",")
      labels[stage.hash] = settings.isEmpty ? stage.kind.rawValue : "\(stage.kind.rawValue) \(settings)"
    }
  }

  func label(of stage: Stage) -> String {
    labels[stage.hash] ?? "\(stage.kind.rawValue) \(stage.hash.prefix(8))"
  }
}
