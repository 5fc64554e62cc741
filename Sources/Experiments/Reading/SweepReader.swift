import Yams

/// Reads the `sweep:` block, which has the names of Weights & Biases' sweeps.
struct SweepReader {
  let settings: SettingsReader
  private var source: YAMLSource { settings.source }

  init(settings: SettingsReader) {
    self.settings = settings
  }

  /// Throws `InputError` at the first thing that is wrong.
  func read(_ node: Node, at place: Place) throws -> Sweep {
    var metric: Sweep.Metric?
    var repeats = 1
    var repeatsPlace = place
    var runCap: Int?
    var axes: [Axis] = []
    for (name, key, value) in try members(of: node, named: "sweep") {
      switch name {
      case "method": try checkMethod(value)
      case "metric": metric = try self.metric(value)
      case "parameters": axes = try self.axes(value)
      case "repeats":
        repeats = try integer(value, "sweep.repeats", 1...1_000_000)
        repeatsPlace = source.place(key)
      case "run_cap": runCap = try integer(value, "sweep.run_cap", 1...1_000_000)
      default: throw unknown(name, key, of: "sweep", ["method", "metric", "parameters", "repeats", "run_cap"])
      }
    }
    if axes.isEmpty, repeats == 1 { throw place.error("a sweep needs `parameters`, or `repeats` above 1") }
    if repeats > 1, axes.contains(where: { $0.paths.contains("seed") }) {
      throw repeatsPlace.error("`repeats` varies the seed, and so does the swept `seed`; leave one of them out")
    }
    return Sweep(metric: metric, repeats: repeats, runCap: runCap, axes: axes, place: place)
  }

  private func checkMethod(_ node: Node) throws {
    _ = try FieldReader(source: source, path: "sweep.method").read(
      node, as: .choice(["grid"], later: LaterKeys.sweepMethods))
  }

  private func metric(_ node: Node) throws -> Sweep.Metric {
    var name: String?
    var goal = Sweep.Metric.Goal.minimize
    for (member, key, value) in try members(of: node, named: "sweep.metric") {
      switch member {
      case "name":
        name = try choice(value, "sweep.metric.name", .choice(Schema.sweepMetrics))
      case "goal":
        let text = try choice(value, "sweep.metric.goal", .choice(Sweep.Metric.Goal.self))
        goal = text.flatMap(Sweep.Metric.Goal.init) ?? goal
      default: throw unknown(member, key, of: "sweep.metric", ["name", "goal"])
      }
    }
    guard let name else { throw source.place(node).error("sweep.metric needs a name") }
    return Sweep.Metric(name: name, goal: goal)
  }

  private func axes(_ node: Node) throws -> [Axis] {
    var axes: [Axis] = []
    for (path, key, value) in try members(of: node, named: "sweep.parameters") {
      let place = source.place(key)
      guard Schema.field(path) != nil || Schema.isBlock(path) else {
        let error = try unknownSetting(path, at: place)
        throw error
      }
      let axis = Axis(name: path, place: place, values: try values(value, of: path))
      for other in axes {
        guard let shared = axis.paths.first(where: other.paths.contains) else { continue }
        throw place.error("\(path) and \(other.name) both set \(shared); sweep it in one of them")
      }
      axes.append(axis)
    }
    return axes
  }

  private func values(_ node: Node, of path: String) throws -> [Axis.Value] {
    let whole = "sweep.parameters.\(path)"
    var nodes: [Node]?
    for (name, key, value) in try members(of: node, named: whole) {
      switch name {
      case _ where nodes != nil: throw source.place(key).error("\(path) takes `values` or `value`, not both")
      case "value": nodes = [value]
      case "values":
        guard case .sequence(let sequence) = value, !sequence.isEmpty else {
          throw source.place(value).error("values of \(path) must be a list with something in it, not \(value.summary)")
        }
        nodes = Array(sequence)
      case "distribution", "min", "max", "mu", "sigma", "q", "probabilities":
        throw source.place(key).error("`\(name)` is not available in this version; a grid takes `values`")
      case "parameters":
        throw source.place(key).error("nested `parameters` are not available; write the dotted path, such as \(path).…")
      default: throw unknown(name, key, of: whole, ["values", "value"])
      }
    }
    guard let nodes else { throw source.place(node).error("\(path) needs `values`") }
    var values: [Axis.Value] = []
    var seen: Set<Parameters> = []
    for node in nodes {
      var swept: Settings = [:]
      try settings.read(node, at: path, keyPlace: source.place(node), into: &swept)
      guard seen.insert(swept.mapValues(\.value)).inserted else {
        throw source.place(node).error("\(node.summary) stands twice among the values of \(path)")
      }
      values.append(Axis.Value(settings: swept, place: source.place(node)))
    }
    return values
  }

  private func members(of node: Node, named path: String) throws -> [(name: String, key: Node, value: Node)] {
    guard case .mapping(let mapping) = node else {
      throw source.place(node).error("\(path) must be a block, not \(node.summary)")
    }
    return try mapping.map { (try settings.name($0.key), $0.key, $0.value) }
  }

  private func integer(_ node: Node, _ path: String, _ range: ClosedRange<Int>) throws -> Int {
    guard case .int(let value) = try FieldReader(source: source, path: path).read(node, as: .integer(range)) else {
      return range.lowerBound
    }
    return value
  }

  private func choice(_ node: Node, _ path: String, _ type: FieldType) throws -> String? {
    guard case .string(let text) = try FieldReader(source: source, path: path).read(node, as: type) else { return nil }
    return text
  }

  private func unknown(_ name: String, _ key: Node, of block: String, _ members: [String]) -> InputError {
    if LaterKeys.contains(Schema.join(block, name)) {
      return source.place(key).error(LaterKeys.message(Schema.join(block, name)))
    }
    return source.place(key).error(
      "unknown key '\(name)' in \(block)", suggestion: InputError.nearest(to: name, among: members))
  }

  private func unknownSetting(_ path: String, at place: Place) throws -> InputError {
    if LaterKeys.contains(path) { return place.error(LaterKeys.message(path)) }
    let paths = Schema.fields.map(\.path) + Schema.members.keys.filter { !$0.isEmpty }.sorted()
    let known = paths.first { $0.hasSuffix("." + path) } ?? InputError.nearest(to: path, among: paths)
    return place.error("unknown setting '\(path)' in sweep.parameters", suggestion: known)
  }
}
