import Foundation

/// One run's settings, resolved and checked.
struct ResolvedRun {
  let parameters: Parameters
  let configuration: Configuration
  let axes: [AxisValue]
}

/// The runs that an experiment comes to: each combination of its axes, the first axis slowest, seeds fastest.
struct Expansion {
  private let experiment: Experiment
  private let axes: [Axis]
  private let base: Parameters
  let count: Int

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
    axes = try experiment.allAxes()
    var all = 1
    for axis in axes {
      let (product, overflow) = all.multipliedReportingOverflow(by: axis.values.count)
      all = overflow ? Int.max : product
    }
    guard let sweep = experiment.sweep, all > Self.mostWithoutCap else {
      count = min(all, experiment.sweep?.runCap ?? all)
      return
    }
    guard let cap = sweep.runCap else {
      throw sweep.place.error(
        "the sweep has \(all == Int.max ? "more than \(all)" : String(all)) runs, above \(Self.mostWithoutCap); "
          + "take values out, or say with `run_cap` how many of them to do")
    }
    count = min(all, cap)
  }

  /// Every run in order.
  ///
  /// Throws `InputError` where a combination is impossible, at the line of its culprit.
  func runs() throws -> [ResolvedRun] {
    var places: Set<String> = []
    var extractors: Set<String> = []
    return try (0..<count).map { index in
      let choices = choices(at: index)
      var overlay: Parameters = [:]
      for choice in choices {
        for (path, setting) in choice.value.settings { overlay[path] = setting.value }
      }
      let parameters = Schema.resolve(overlay, over: base)
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
        extractors.insert(extractor.sha256 + extractor.path).inserted,
        let fault = EvaluationRules.extractorIsTheOne(configuration.evaluation)
      {
        throw error(fault, choices, parameters)
      }
      let axes = zip(axes, choices).map { axis, _ in
        AxisValue(
          axis: axis.name, settings: Parameters(uniqueKeysWithValues: axis.paths.map { ($0, parameters[$0] ?? nil) }))
      }
      return ResolvedRun(parameters: parameters, configuration: configuration, axes: axes)
    }
  }

  private typealias Choice = (axis: Axis, value: Axis.Value)

  private func choices(at index: Int) -> [Choice] {
    var rest = index
    let choices = axes.reversed().map { axis in
      let value = axis.values[rest % axis.values.count]
      rest /= axis.values.count
      return (axis, value)
    }
    return choices.reversed()
  }

  private func error(_ fault: Fault, _ choices: [Choice], _ parameters: Parameters) -> InputError {
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

extension Schema {
  /// Settings that name files and folders.
  static let places = fields.filter(\.isPlace)
}

extension Field {
  /// What is wrong with `place`, a file or a folder as the field demands; nil where it is there.
  fileprivate func missing(_ place: String) -> Fault? {
    let wantsFolder = if case .optional(.folder) = type { true } else { false }
    let wanted = wantsFolder ? "folder" : "file"
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
      return Fault(
        paths: [path], message: "the \(wanted) \(place) of \(path) does not exist",
        suggestion: nearestSibling(of: place))
    }
    guard isFolder.boolValue != wantsFolder else { return nil }
    return Fault(
      paths: [path], message: "\(path) \(place) is a \(wantsFolder ? "file, not a folder" : "folder, not a file")")
  }
}

extension Experiment {
  /// The sweep's axes, and the seeds of its repeats as the last.
  fileprivate func allAxes() throws -> [Axis] {
    guard let sweep else { return [] }
    guard sweep.repeats > 1 else { return sweep.axes }
    guard case .int(let seed) = base["seed"] ?? 0 else { return sweep.axes }
    let values = (0..<sweep.repeats).map { offset in
      Axis.Value(settings: ["seed": Setting(value: .int(seed + offset), place: sweep.place)], place: sweep.place)
    }
    return sweep.axes + [Axis(name: "seed", place: sweep.place, values: values)]
  }
}
