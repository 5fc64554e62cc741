extension Plan {
  /// Expands and checks `experiment`, and works out its stages.
  ///
  /// `sourceDigest` names what the data depends on beyond its settings; it is asked once for each way in which the runs
  /// get their data. `weightsDigest` names the weights in a folder of `model.from`; by default the folder does.
  ///
  /// Throws `InputError` where a run is impossible, and what the digests throw.
  public static func make(
    _ experiment: Experiment, sourceDigest: (DataConfiguration) throws -> String,
    weightsDigest: (_ folder: String) throws -> String = { $0 }
  ) throws -> Plan {
    let resolved = try Expansion(experiment).runs()
    let names = RunNames(experiment, axes: resolved.first?.axes ?? [], varying: varyingPaths(resolved))
    var stages = StageCollection()
    var digests: [String: String] = [:]
    var weightsDigests: [String: String] = [:]
    var states = TrainingStates()
    var runs: [PlannedRun] = []
    var ids: [String: String] = [:]
    runs.reserveCapacity(resolved.count)
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
      if !stages.names.insert(name).inserted { name += "," + id }

      let data = Identity.prepare(run.parameters, sourceDigest: digest)
      let path = stages.path(
        of: run, data: data, states: states.hashes(run.configuration, run.parameters, data: data, weights: weights))
      runs.append(PlannedRun(id: id, name: name, parameters: run.parameters, axes: run.axes, stages: path))
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

/// Stages as runs ask for them, each kept once.
private struct StageCollection {
  var stages: [Stage] = []
  var names: Set<String> = []
  private var indices: [String: Int] = [:]

  /// Adds what `run` needs and lacks, and returns the hashes of all its stages in order.
  mutating func path(of run: ResolvedRun, data: String, states: [String]) -> [String] {
    let epochs = states.count - 1
    let train = states[epochs]
    add(Stage(hash: data, kind: .prepare, parents: [], parameters: run.parameters))
    add(
      Stage(
        hash: train, kind: .train, parents: [data], parameters: run.parameters, epochs: epochs, states: states,
        keep: [epochs]))
    var path = [data, train]
    for epoch in sampledEpochs(run.configuration.sampling.grid.everyEpochs, of: epochs) {
      let hash = Identity.sample(run.parameters, state: states[epoch])
      let isNew = add(
        Stage(
          hash: hash, kind: .sample, parents: [train], parameters: run.parameters, epochs: epoch,
          states: [states[epoch]]))
      if isNew { keep(epoch, of: train) }
      path.append(hash)
    }
    return path
  }

  private func sampledEpochs(_ every: Int?, of epochs: Int) -> [Int] {
    guard let every else { return [epochs] }
    return Array(stride(from: every, to: epochs, by: every)) + [epochs]
  }

  @discardableResult
  private mutating func add(_ stage: Stage) -> Bool {
    guard indices[stage.hash] == nil else { return false }
    indices[stage.hash] = stages.count
    stages.append(stage)
    return true
  }

  private mutating func keep(_ epoch: Int, of train: String) {
    guard let index = indices[train], !stages[index].keep.contains(epoch) else { return }
    stages[index].keep = (stages[index].keep + [epoch]).sorted()
  }
}
