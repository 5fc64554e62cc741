import Yams

/// Reads the `sweep:` block, which has the names of Weights & Biases' sweeps.
struct SweepReader {
  let settings: SettingsReader
  private var source: YAMLSource { settings.source }
  private var block: BlockReader { BlockReader(settings: settings) }

  init(settings: SettingsReader) {
    self.settings = settings
  }

  private static let keys = ["method", "metric", "parameters", "repeats", "run_cap", "seed", "early_terminate"]

  /// Throws `InputError` at the first thing that is wrong.
  func read(_ node: Node, at place: Place) throws -> Sweep {
    var method = Sweep.Method.grid
    var methodPlace = place
    var metric: Sweep.Metric?
    var repeats = 1
    var repeatsPlace = place
    var runCap: Int?
    var seed = 0
    var earlyTermination: EarlyTermination?
    var axes: [Axis] = []
    for (name, key, value) in try block.members(of: node, named: "sweep") {
      switch name {
      case "method":
        let text = try block.choice(value, "sweep.method", .choice(Sweep.Method.self, later: LaterKeys.sweepMethods))
        method = text.flatMap(Sweep.Method.init) ?? method
        methodPlace = source.place(key)
      case "metric": metric = try self.metric(value)
      case "parameters": axes = try AxesReader(settings: settings).read(value)
      case "repeats":
        repeats = try block.integer(value, "sweep.repeats", 1...1_000_000)
        repeatsPlace = source.place(key)
      case "run_cap": runCap = try block.integer(value, "sweep.run_cap", 1...1_000_000)
      case "seed": seed = try block.integer(value, "sweep.seed", 0...9_007_199_254_740_991)
      case "early_terminate":
        if !value.isNull { earlyTermination = try EarlyTerminationReader(block: block).read(value) }
      default: throw block.unknown(name, key, of: "sweep", Self.keys)
      }
    }
    if axes.isEmpty, repeats == 1 { throw place.error("a sweep needs `parameters`, or `repeats` above 1") }
    if repeats > 1, axes.contains(where: { $0.paths.contains("seed") }) {
      throw repeatsPlace.error("`repeats` varies the seed, and so does the swept `seed`; leave one of them out")
    }
    let sweep = Sweep(
      method: method, metric: metric, repeats: repeats, runCap: runCap, seed: seed, earlyTermination: earlyTermination,
      axes: axes, place: place)
    try check(sweep, methodPlace)
    return sweep
  }

  private func metric(_ node: Node) throws -> Sweep.Metric {
    var name: String?
    var goal = Sweep.Metric.Goal.minimize
    for (member, key, value) in try block.members(of: node, named: "sweep.metric") {
      switch member {
      case "name":
        name = try block.choice(value, "sweep.metric.name", .choice(Schema.sweepMetrics))
      case "goal":
        let text = try block.choice(value, "sweep.metric.goal", .choice(Sweep.Metric.Goal.self))
        goal = text.flatMap(Sweep.Metric.Goal.init) ?? goal
      default: throw block.unknown(member, key, of: "sweep.metric", ["name", "goal"])
      }
    }
    guard let name else { throw source.place(node).error("sweep.metric needs a name") }
    return Sweep.Metric(name: name, goal: goal)
  }

  /// What has to hold between the keys.
  private func check(_ sweep: Sweep, _ methodPlace: Place) throws {
    switch sweep.method {
    case .grid:
      for axis in sweep.axes {
        switch axis.domain {
        case .distribution:
          throw axis.place.error(
            "a grid has no distributions; give \(axis.name) `values`, or draw it with `method: random`")
        case .values(_, .some):
          throw axis.place.error(
            "a grid takes every value, so `probabilities` of \(axis.name) mean nothing; they do with `method: random`")
        case .values(_, nil): break
        }
      }
    case .random, .tpe:
      if sweep.axes.isEmpty { throw methodPlace.error("`method: \(sweep.method.rawValue)` needs `parameters` to vary") }
      if sweep.runCap == nil {
        throw methodPlace.error(
          "`method: \(sweep.method.rawValue)` has no end of its own; say with `run_cap` how many runs to do")
      }
    }
    if sweep.isAdaptive, sweep.metric == nil {
      let key = sweep.method == .tpe ? "method: tpe" : "early_terminate"
      throw sweep.place.error("`\(key)` needs a `metric` to go by, such as `metric: {name: validation.mse}`")
    }
    if sweep.earlyTermination != nil, let metric = sweep.metric, !Schema.epochMetrics.contains(metric.name) {
      throw sweep.place.error(
        "`early_terminate` needs a metric of every epoch, which \(metric.name) is not", suggestion: "validation.mse")
    }
    guard sweep.method == .tpe else { return }
    for axis in sweep.axes where axis.searchDimension == nil {
      throw axis.place.error(
        "tpe searches between bounds, and the distribution of \(axis.name) has none that it can use; "
          + "take a uniform or a logarithmic one, q_log_… with a `min` of `q` or more")
    }
  }
}
