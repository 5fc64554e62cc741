import Datasets
public import Experiments
public import RunStore
import Synchronization

/// Plans an experiment on what a store has. However often it is planned, what lies in folders is looked at once, what a
/// combination comes to is worked out once, and a registered training is read once.
public final class Planner: Sendable {
  public let experiment: Experiment
  /// Nil where there is none yet.
  public let store: RunStore?
  private let kept = Mutex<Kept>(Kept())

  private struct Kept {
    /// Nil until something is planned.
    var identities: RunIdentities?
    /// By hash.
    var trainings: [String: Stage] = [:]
  }

  public init(_ experiment: Experiment, store: RunStore?) {
    self.experiment = experiment
    self.store = store
  }

  /// - Parameter trials: the sweep's combinations, and how far they are trained; nil: those that are known beforehand, to
  ///   their end.
  ///
  /// Throws `InputError` where a run is impossible or its data are missing.
  public func plan(_ trials: [Trial]? = nil) throws -> Plan {
    try kept.withLock { kept in
      var identities = try kept.identities.take() ?? RunIdentities(experiment)
      defer {
        // Only a search plans the same runs again and again, and there may be very many.
        if experiment.sweep?.isAdaptive != true { identities.forgetRuns() }
        kept.identities = identities
      }
      return try Plan.make(
        &identities, trials: trials, sourceDigest: Dataset.sourceDigest, weightsDigest: WeightsDigest.of
      ) { states in
        guard let store else { return KnownTrainings() }
        return try KnownTrainings(through: states, in: store, read: &kept.trainings)
      }
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
}
