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
    let expansion = try Expansion(experiment)
    let resolved = try expansion.runs(of: trials ?? expansion.trials())
    let names = RunNames(experiment, axes: resolved.first?.axes ?? [], varying: varyingPaths(resolved))
    var digests: [String: String] = [:]
    var weightsDigests: [String: String] = [:]
    var states = TrainingStates()
    var identified: [IdentifiedRun] = []
    var ids: [String: String] = [:]
    var taken: Set<String> = []
    identified.reserveCapacity(resolved.count)
    for run in resolved {
      let source =
        Identity.settings(.data, of: run.parameters).json + run.configuration.data.places.joined(separator: "\n")
      let digest = try digests[source] ?? placed(experiment) { try sourceDigest(run.configuration.data) }
      digests[source] = digest

      var weights: String?
      if let folder = run.configuration.model.from {
        weights = try weightsDigests[folder] ?? placed(experiment) { try weightsDigest(folder) }
        weightsDigests[folder] = weights
      }

      let id = Identity.run(
        experiment: experiment.name, run.parameters, sourceDigest: digest, weightsDigest: weights)
      var name = names.name(of: run.parameters)
      if let twin = ids.updateValue(name, forKey: id) { throw twins(name, twin, experiment) }
      if !taken.insert(name).inserted { name += "," + id }

      let data = Identity.prepare(run.parameters, sourceDigest: digest)
      identified.append(
        IdentifiedRun(
          id: id, name: name, data: data,
          states: states.hashes(run.configuration, run.parameters, data: data, weights: weights)))
    }

    let rungs = experiment.sweep?.earlyTermination.map {
      $0.rungs(of: resolved.map(\.configuration.training.epochs).max() ?? 0)
    }
    let chains = zip(resolved, identified).map { run, own in
      Array(own.states.prefix((run.end ?? own.states.count - 1) + 1))
    }
    var stages = StageCollection(TrainingCuts(chains, try known(states.all), rungs: rungs ?? []))
    let runs = zip(zip(resolved, identified), chains).map { pair, chain in
      let (run, own) = pair
      let path = stages.path(of: run, data: own.data, states: chain)
      return PlannedRun(
        id: own.id, name: own.name, parameters: run.parameters, axes: run.axes, stages: path.stages, ends: path.ends)
    }
    return Plan(
      experiment: experiment, runs: runs, stages: stages.stages, warnings: PlanWarnings.all(experiment, resolved))
  }

  /// Adds to an error about a setting where that setting was given.
  private static func placed<Result>(_ experiment: Experiment, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as InputError where error.file == nil {
      let concerned = experiment.given.filter { error.message.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
      throw concerned?.value.place.error(error.message, suggestion: error.suggestion) ?? error
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

/// A run's names, before its training is cut into stages.
private struct IdentifiedRun {
  let id: String
  let name: String
  /// The hash of its prepared data.
  let data: String
  /// 0…N of its training.
  let states: [String]
}
