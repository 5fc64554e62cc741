import Datasets
import Experiments
import Reports

/// Data that runs of an experiment are trained on.
struct ExaminedData {
  /// The experiment's name; where its runs have different data, with what tells these apart.
  let name: String
  /// What tells them apart, such as `data.seed=1`; nil where all runs have the same.
  let difference: String?
  let dataset: Dataset
  /// Of the runs on these data, in the order of the plan.
  let configurations: [Configuration]

  /// Each of the experiment's different data, prepared.
  ///
  /// Throws `InputError` where the experiment or its data can't be used, at the setting's line.
  static func all(of experiment: Experiment) throws -> [ExaminedData] {
    var prepared: [(configuration: DataConfiguration, dataset: Dataset)] = []
    // Within the plan, so that what is wrong with the data is told at the line of the setting.
    let plan = try Plan.make(experiment) { configuration in
      let line = ProgressLine("pictures")
      let dataset = try Dataset.prepare(configuration) { line.report($0, of: $1) }
      prepared.append((configuration, dataset))
      return try Dataset.sourceDigest(configuration)
    }
    let stages = plan.stages.filter { $0.kind == .prepare }
    let varying = (stages.first?.parameters ?? [:]).keys.sorted().filter { key in
      key.hasPrefix("data.") && stages.contains { $0.parameters[key] != stages[0].parameters[key] }
    }
    return try stages.compactMap { stage in
      let configuration = try Configuration(stage.parameters).data
      guard let dataset = prepared.first(where: { $0.configuration == configuration })?.dataset else { return nil }
      let difference = varying.map { "\($0)=\(stage.parameters[$0]?.readable ?? "")" }.joined(separator: ",")
      return ExaminedData(
        name: difference.isEmpty ? experiment.name : "\(experiment.name) (\(difference))",
        difference: difference.isEmpty ? nil : difference, dataset: dataset,
        configurations: try plan.runs.filter { $0.stages.first == stage.hash }.map { try Configuration($0.parameters) })
    }
  }

  /// The folder for what is written of them, below `folder` where there are others.
  func folder(in folder: String) -> String {
    guard let difference else { return folder }
    return folder + "/" + String(difference.map { $0.isLetter || $0.isNumber || "-_.=,".contains($0) ? $0 : "-" })
  }
}
