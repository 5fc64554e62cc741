extension Plan {
  /// Expands and checks `experiment`, and works out its stages.
  ///
  /// `sourceDigest` names what the data depends on beyond its settings; it is asked once for each way in which the runs
  /// get their data. `weightsDigest` names the weights in a folder of `model.from`; by default the folder does.
  /// `trials` says which combinations of the sweep, and how far they are trained; by default those that are known
  /// beforehand, to their end. `known` gives what a store has of the trainings that go through these states; by default nothing.
  ///
  /// Throws `InputError` where a run is impossible, and what the digests and `known` throw.
  public static func make(
    _ experiment: Experiment, trials: [Trial]? = nil, sourceDigest: (DataConfiguration) throws -> String,
    weightsDigest: (_ folder: String) throws -> String = { $0 },
    known: (_ states: Set<String>) throws -> KnownTrainings = { _ in KnownTrainings() }
  ) throws -> Plan {
    var identities = try RunIdentities(experiment)
    return try make(
      &identities, trials: trials, sourceDigest: sourceDigest, weightsDigest: weightsDigest, known: known)
  }

  /// As `make(_:trials:sourceDigest:weightsDigest:known:)`, for an experiment that is planned again and again: what
  /// `identities` holds is not worked out once more.
  public static func make(
    _ identities: inout RunIdentities, trials: [Trial]? = nil, sourceDigest: (DataConfiguration) throws -> String,
    weightsDigest: (_ folder: String) throws -> String,
    known: (_ states: Set<String>) throws -> KnownTrainings
  ) throws -> Plan {
    let experiment = identities.experiment
    let trials = trials ?? identities.expansion.trials()
    let identified = try identities.runs(of: trials, sourceDigest: sourceDigest, weightsDigest: weightsDigest)
    let runs = identified.map(\.run)
    let names = try names(of: runs, experiment)
    let rungs = experiment.sweep?.earlyTermination.map {
      $0.rungs(of: runs.map(\.resolved.configuration.training.epochs).max() ?? 0)
    }
    let chains = identified.map { run, end in end.map { Array(run.states.prefix($0 + 1)) } ?? run.states }
    let trainings = try known(chains.reduce(into: []) { $0.formUnion($1) })
    var stages = StageCollection(TrainingCuts(chains, trainings, rungs: rungs ?? []))
    let planned = zip(zip(runs, names), chains).map { pair, chain in
      let (run, name) = pair
      let path = stages.path(of: run, through: chain)
      return PlannedRun(
        id: run.id, name: name, parameters: run.resolved.parameters, axes: run.resolved.axes, stages: path.stages,
        ends: path.ends)
    }
    return Plan(
      experiment: experiment, runs: planned, stages: stages.stages,
      warnings: PlanWarnings.all(experiment, runs.map(\.resolved)))
  }

  /// Throws `InputError` where two runs are one.
  private static func names(of runs: [IdentifiedRun], _ experiment: Experiment) throws -> [String] {
    let names = RunNames(
      experiment, axes: runs.first?.resolved.axes ?? [], varying: varyingPaths(runs.map(\.resolved)))
    var ids: [String: String] = [:]
    var taken: Set<String> = []
    return try runs.map { run in
      let name = names.name(of: run.resolved.parameters)
      if let twin = ids.updateValue(name, forKey: run.id) { throw twins(name, twin, experiment) }
      return taken.insert(name).inserted ? name : "\(name),\(run.id)"
    }
  }

  private static func varyingPaths(_ runs: [ResolvedRun]) -> Set<String> {
    guard let first = runs.first else { return [] }
    let swept = first.axes.flatMap(\.settings.keys)
    return Set(swept.filter { path in runs.contains { $0.parameters[path] != first.parameters[path] } })
  }

  private static func twins(_ name: String, _ twin: String, _ experiment: Experiment) -> InputError {
    let place = experiment.sweep?.place ?? Place(source: experiment.file, line: nil, column: nil)
    return place.error(
      name == twin
        ? "two combinations of the sweep come to the same settings, those of \(name); leave one of them out"
        : "the combinations \(twin) and \(name) come to the same settings; leave one of them out")
  }
}
