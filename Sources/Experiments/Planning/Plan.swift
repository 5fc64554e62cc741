/// One run of a plan: one fully resolved configuration, and the stages that lead to its results.
public struct PlannedRun: Equatable, Sendable {
  /// 12 hexadecimal digits, from the experiment's name, all parameters and the data's digest.
  public let id: String
  /// `experiment/steps=10,dropout=0.2,seed=7`: the swept settings, unique within the sweep; the experiment's name
  /// where nothing is swept.
  public let name: String
  public let parameters: Parameters
  /// What this run has on each of the sweep's axes, in the order of the file.
  public let axes: [AxisValue]
  /// Hashes, in the order in which they are executed: prepare, train, sample.
  public let stages: [String]
  /// Of train stages that go on beyond what this run needs: how many epochs are done where it leaves them, by hash.
  public let ends: [String: Int]

  public init(
    id: String, name: String, parameters: Parameters, axes: [AxisValue] = [], stages: [String],
    ends: [String: Int] = [:]
  ) {
    self.id = id
    self.name = name
    self.parameters = parameters
    self.axes = axes
    self.stages = stages
    self.ends = ends
  }
}

/// A run's place on one axis of a sweep: one swept entry, which may set several settings together.
public struct AxisValue: Hashable, Sendable {
  /// As the sweep names it: `model.dropout`, or a block such as `sampling`.
  public let axis: String
  /// The settings that the axis decides, resolved.
  public let settings: Parameters

  public init(axis: String, settings: Parameters) {
    self.axis = axis
    self.settings = settings
  }
}

/// What an experiment comes to: its runs, and the stages they need, each once.
public struct Plan: Sendable {
  public let experiment: Experiment
  public let runs: [PlannedRun]
  /// Every stage after its parents.
  public let stages: [Stage]
  /// What is allowed and probably not meant, a sentence each.
  public let warnings: [String]

  /// The hash of the preparation that each other stage goes back to, by the stage's hash.
  public var preparations: [String: String] {
    stages.reduce(into: [:]) { preparations, stage in
      guard let parent = stage.parents.first else { return }
      preparations[stage.hash] = preparations[parent] ?? parent
    }
  }

  public init(experiment: Experiment, runs: [PlannedRun], stages: [Stage], warnings: [String] = []) {
    self.experiment = experiment
    self.runs = runs
    self.stages = stages
    self.warnings = warnings
  }
}
