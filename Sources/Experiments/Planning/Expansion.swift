import Foundation

/// One run's settings, resolved and checked.
struct ResolvedRun {
  let parameters: Parameters
  let configuration: Configuration
  let axes: [AxisValue]
}

/// The runs that an experiment comes to: of each combination of its axes, the first axis slowest, as many seeds as it is
/// repeated, seeds fastest.
struct Expansion {
  let experiment: Experiment
  let axes: [Axis]
  /// What the axes set.
  private let paths: [String]
  let base: Parameters
  /// Seeds of each combination.
  private let repeats: Int
  /// At most so many.
  private let mostRuns: Int

  /// More runs than these need a `run_cap`, because they are rarely meant.
  static let mostWithoutCap = 100_000

  /// Throws `InputError` where there are too many runs.
  init(_ experiment: Experiment) throws {
    self.experiment = experiment
    for (path, setting) in experiment.given where Schema.field(path) == nil {
      throw setting.place.error(
        "unknown setting '\(path)'", suggestion: InputError.nearest(to: path, among: Schema.fields.map(\.path)))
    }
    base = Schema.withFixedDefaults(experiment.given.mapValues(\.value))
    axes = experiment.sweep?.axes ?? []
    paths = axes.flatMap(\.paths)
    repeats = experiment.sweep?.repeats ?? 1
    mostRuns = experiment.sweep?.runCap ?? .max
    guard let sweep = experiment.sweep, sweep.runCap == nil else { return }
    let (all, overflow) = combinations.multipliedReportingOverflow(by: repeats)
    guard overflow || all > Self.mostWithoutCap else { return }
    throw sweep.place.error(
      "the sweep has \(overflow || all == Int.max ? "more than \(Int.max)" : String(all)) runs, above "
        + "\(Self.mostWithoutCap); take values out, or say with `run_cap` how many of them to do")
  }

  /// How many there are; `Int.max` for any number.
  var combinations: Int {
    axes.reduce(1) { product, axis in
      let (product, overflow) = product.multipliedReportingOverflow(by: axis.count ?? .max)
      return overflow ? Int.max : product
    }
  }

  /// At most so many, as the cap on runs leaves them.
  var mostTrials: Int {
    let (rounded, overflow) = mostRuns.addingReportingOverflow(repeats - 1)
    return min(combinations, (overflow ? mostRuns : rounded) / repeats)
  }

  /// The combinations that are known beforehand: of a grid all, at random those drawn, of a search those it starts with.
  func trials() -> [Trial] {
    switch experiment.sweep?.method ?? .grid {
    case .grid: return (0..<mostTrials).map(combination)
    case .random: return drawn(mostTrials)
    case .tpe:
      let drawn = drawn(min(mostTrials, TreeParzenEstimator.startupTrials))
      let possible = drawn.filter(isPossible)
      // Where none is, planning them says why.
      return possible.isEmpty ? drawn : possible
    }
  }

  /// Whether the rules between settings allow a combination.
  func isPossible(_ trial: Trial) -> Bool {
    var places: Set<String> = []
    return combinations(of: [trial]).allSatisfy { (try? resolved($0, &places)) != nil }
  }

  private func combination(_ index: Int) -> Trial {
    var rest = index
    let values = axes.reversed().compactMap { axis -> Axis.Value? in
      guard case .values(let values, _) = axis.domain else { return nil }
      let value = values[rest % values.count]
      rest /= values.count
      return value
    }
    return Trial(values.reversed())
  }

  private func drawn(_ count: Int) -> [Trial] {
    var draws = RandomTrials(self)
    var trials: [Trial] = []
    while trials.count < count, let trial = draws.next() { trials.append(trial) }
    return trials
  }

  /// What a combination comes to on its axes: equal for those that come to the same settings.
  func outcome(of trial: Trial) -> [Value] {
    let settings = trial.settings
    let given = paths.compactMap { settings[$0] ?? base[$0] }
    if given.count == paths.count { return given }
    // What is neither set nor in the file follows from other settings.
    let parameters = Schema.resolve(settings, over: base)
    return paths.map { parameters[$0] ?? nil }
  }

  /// A value on each axis, and where combinations are repeated a seed.
  struct Combination {
    typealias Choice = (axis: Axis, value: Axis.Value)

    let choices: [Choice]
    /// After how many epochs its training is left; nil: it is trained to its end.
    let end: Int?
    /// What the choices set.
    let settings: Parameters

    init(_ choices: [Choice], end: Int?) {
      self.choices = choices
      self.end = end
      settings = Trial(choices.map(\.value)).settings
    }
  }

  /// Of each trial once a seed, in order, until there are as many runs as may be.
  func combinations(of trials: [Trial]) -> [Combination] {
    var combinations: [Combination] = []
    for trial in trials {
      for choices in choices(of: trial) where combinations.count < mostRuns {
        combinations.append(Combination(choices, end: trial.end))
      }
    }
    return combinations
  }

  /// The combination once a seed.
  private func choices(of trial: Trial) -> [[Combination.Choice]] {
    let choices = Array(zip(axes, trial.values))
    guard let place = experiment.sweep?.place, repeats > 1, case .int(let seed) = base["seed"] ?? 0 else {
      return [choices]
    }
    let values = (0..<repeats).map { offset in
      Axis.Value(settings: ["seed": Setting(value: .int(seed + offset), place: place)], place: place)
    }
    let axis = Axis(name: "seed", place: place, domain: .values(values))
    return values.map { choices + [(axis, $0)] }
  }

  /// - Parameter places: files and folders that are known to be there.
  ///
  /// Throws `InputError` where the combination is impossible, at the line of its culprit.
  func resolved(_ combination: Combination, _ places: inout Set<String>) throws -> ResolvedRun {
    let choices = combination.choices
    for choice in choices {
      if let fault = choice.axis.fault(of: choice.value) { throw choice.axis.place.error(fault) }
    }
    let parameters = Schema.resolve(combination.settings, over: base)
    let configuration: Configuration
    do {
      configuration = try Configuration(parameters)
    } catch let error as InputError {
      throw self.error(Fault(paths: [], message: error.message), choices, parameters)
    }
    if let fault = Rules.fault(in: configuration) { throw error(fault, choices, parameters) }
    for field in Schema.places where field.hasEffect(in: parameters) {
      guard case .string(let path)? = parameters[field.path], places.insert(path).inserted,
        let fault = field.missing(path)
      else { continue }
      throw error(fault, choices, parameters)
    }
    if let extractor = configuration.evaluation.extractor,
      places.insert("\(extractor.sha256) \(extractor.path)").inserted,
      let fault = EvaluationRules.extractorIsTheOne(configuration.evaluation)
    {
      throw error(fault, choices, parameters)
    }
    let axes = choices.map { choice in
      AxisValue(
        axis: choice.axis.name,
        settings: Parameters(uniqueKeysWithValues: choice.axis.paths.map { ($0, parameters[$0] ?? nil) }))
    }
    return ResolvedRun(parameters: parameters, configuration: configuration, axes: axes)
  }

  private func error(
    _ fault: Fault, _ choices: [Combination.Choice], _ parameters: Parameters
  ) -> InputError {
    let swept = choices.filter { choice in fault.paths.contains { choice.value.settings[$0] != nil } }
    let place =
      fault.paths.lazy.compactMap { path in
        choices.lazy.compactMap { $0.value.settings[path]?.place }.first
      }.first ?? fault.paths.lazy.compactMap { experiment.given[$0]?.place }.first
      ?? Place(source: experiment.file, line: nil, column: nil)
    let combination = swept.flatMap { choice in
      choice.axis.paths.map { "\($0)=\(RunNames.text(of: parameters[$0] ?? nil))" }
    }
    let message =
      combination.isEmpty
      ? fault.message : "\(fault.message) (in the combination \(combination.joined(separator: ", ")))"
    return place.error(message, suggestion: fault.suggestion)
  }
}

extension Axis {
  /// What is wrong with a draw of a distribution without bounds; nil where nothing is.
  fileprivate func fault(of value: Value) -> String? {
    guard case .distribution(let distribution) = domain, distribution.bounds == nil,
      let number = value.settings[name]?.value.number, let type = Schema.field(name)?.type, !type.takes(number)
    else { return nil }
    return "\(name) must be \(type), and its distribution also draws \(number.short); one with bounds does not"
  }
}
