import Datasets
public import Experiments
public import RunStore
import Synchronization

/// Plans an experiment on what a store has. What lies in folders is looked at once, however often it is planned.
public final class Planner: Sendable {
  public let experiment: Experiment
  /// Nil where there is none yet.
  public let store: RunStore?
  private let sources = Mutex<[(configuration: DataConfiguration, digest: String)]>([])
  private let weights = Mutex<[String: String]>([:])

  public init(_ experiment: Experiment, store: RunStore?) {
    self.experiment = experiment
    self.store = store
  }

  /// - Parameter trials: the sweep's combinations, and how far they are trained; nil: those that are known beforehand, to
  ///   their end.
  ///
  /// Throws `InputError` where a run is impossible or its data are missing.
  public func plan(_ trials: [Trial]? = nil) throws -> Plan {
    try Plan.make(experiment, trials: trials, sourceDigest: sourceDigest, weightsDigest: weightsDigest) { states in
      try store.map { try KnownTrainings(through: states, in: $0) } ?? KnownTrainings()
    }
  }

  /// What is known of the experiment beforehand: of a search in a store that has begun it, what it has tried so far.
  ///
  /// Throws as `plan`.
  public func planToShow() throws -> Plan {
    guard let store, experiment.sweep?.method == .tpe, !(try store.members(ofSweep: experiment.name)).isEmpty,
      let search = try TrialSearch(self, in: store)
    else { return try plan() }
    return search.plan
  }

  private func sourceDigest(_ configuration: DataConfiguration) throws -> String {
    try sources.withLock { known in
      if let source = known.first(where: { $0.configuration == configuration }) { return source.digest }
      let digest = try Dataset.sourceDigest(configuration)
      known.append((configuration, digest))
      return digest
    }
  }

  private func weightsDigest(_ folder: String) throws -> String {
    try weights.withLock { known in
      let digest = try known[folder] ?? WeightsDigest.of(folder)
      known[folder] = digest
      return digest
    }
  }
}
