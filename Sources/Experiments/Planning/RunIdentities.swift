/// What combinations of a sweep come to, each resolved, checked and hashed once, however often the sweep is planned.
public struct RunIdentities {
  let experiment: Experiment
  let expansion: Expansion
  /// By what the combination and its seed set.
  private var known: [Parameters: IdentifiedRun] = [:]
  /// How often a run was resolved and hashed.
  private(set) var workedOut = 0
  /// Files and folders that are known to be there.
  private var places: Set<String> = []
  private var states = TrainingStates()
  private var sourceDigests: [String: String] = [:]
  private var weightsDigests: [String: String] = [:]

  /// Throws `InputError` where there are too many runs.
  public init(_ experiment: Experiment) throws {
    self.experiment = experiment
    expansion = try Expansion(experiment)
  }

  /// Leaves what the digests of data and weights are, which take long.
  public mutating func forgetRuns() {
    known = [:]
    states = TrainingStates()
  }

  /// The runs of these combinations, in order, each with how far it is trained.
  ///
  /// Throws as `Plan.make`.
  mutating func runs(
    of trials: [Trial], sourceDigest: (DataConfiguration) throws -> String,
    weightsDigest: (_ folder: String) throws -> String
  ) throws -> [(run: IdentifiedRun, end: Int?)] {
    let combinations = expansion.combinations(of: trials)
    // All are checked before the data of any are looked at.
    let new = try combinations.filter { known[$0.settings] == nil }.map {
      ($0.settings, try expansion.resolved($0, &places))
    }
    for (settings, run) in new { known[settings] = try identified(run, sourceDigest, weightsDigest) }
    return combinations.compactMap { combination in known[combination.settings].map { ($0, combination.end) } }
  }

  private mutating func identified(
    _ run: ResolvedRun, _ sourceDigest: (DataConfiguration) throws -> String,
    _ weightsDigest: (_ folder: String) throws -> String
  ) throws -> IdentifiedRun {
    let (configuration, parameters) = (run.configuration, run.parameters)
    let source = Identity.settings(.data, of: parameters).json + configuration.data.places.joined(separator: "\n")
    let digest = try sourceDigests[source] ?? placed { try sourceDigest(configuration.data) }
    sourceDigests[source] = digest

    var weights: String?
    if let folder = configuration.model.from {
      weights = try weightsDigests[folder] ?? placed { try weightsDigest(folder) }
      weightsDigests[folder] = weights
    }

    workedOut += 1
    let data = Identity.prepare(parameters, sourceDigest: digest)
    return IdentifiedRun(
      run,
      id: Identity.run(
        experiment: experiment.name, parameters, sourceDigest: digest, weightsDigest: weights),
      data: data, states: states.hashes(configuration, parameters, data: data, weights: weights))
  }

  /// Adds to an error about a setting where that setting was given.
  private func placed<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as InputError where error.file == nil {
      let concerned = experiment.given.filter { error.message.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
      throw concerned?.value.place.error(error.message, suggestion: error.suggestion) ?? error
    }
  }
}
