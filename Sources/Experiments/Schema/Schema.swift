/// Every setting that an experiment file may have, in the order of the reference.
enum Schema {
  static let fields: [Field] =
    [seed] + data + model + conditioning + diffusion + training + sampling + evaluation

  private static let seed = Field(
    "seed", .seed, 0, in: .initialState,
    "Initial weights, order, training noise, augmentation, dropout, and evaluation's noise.")

  /// Metrics that a sweep can be about.
  static let sweepMetrics =
    WatchedMetric.allCases.map(\.rawValue) + EvaluationConfiguration.Metric.allCases.map(\.rawValue)
    + ["epoch.seconds", "sample.seconds"]

  /// Those that every epoch records.
  static let epochMetrics = WatchedMetric.allCases.map(\.rawValue) + ["epoch.seconds"]

  private static let byPath = Dictionary(uniqueKeysWithValues: fields.map { ($0.path, $0) })

  static func field(_ path: String) -> Field? {
    byPath[path]
  }

  /// Names that stand directly in each block, by the block's path ("" is the whole file), in the order of the
  /// reference.
  static let members: [String: [String]] = {
    var members: [String: [String]] = [:]
    for field in fields {
      var block = ""
      for name in field.path.split(separator: ".").map(String.init) {
        if members[block]?.contains(name) != true { members[block, default: []].append(name) }
        block = join(block, name)
      }
    }
    return members
  }()

  static func isBlock(_ path: String) -> Bool {
    members[path] != nil
  }

  /// Blocks that do nothing where they are null.
  static let optionalBlocks: Set<String> = [
    "conditioning.warmup", "data.augmentation", "evaluation", "training.early_stopping", "training.ema",
  ]

  /// The leaves that a null in the place of their block sets to null; the others stay at their defaults.
  static func leavesTurnedOff(byNullAt block: String) -> [String] {
    guard optionalBlocks.contains(block) else { return [] }
    return leaves(of: block).filter { if case .optional = $0.type { true } else { false } }.map(\.path)
  }

  /// The fields of a block, or the one field at `path`.
  static func leaves(of path: String) -> [Field] {
    fields.filter { $0.path == path || $0.path.hasPrefix(path + ".") }
  }

  static func join(_ block: String, _ name: String) -> String {
    block.isEmpty ? name : "\(block).\(name)"
  }

  /// Defaults that hang on nothing.
  private static let fixedDefaults: Parameters = fields.reduce(into: [:]) { defaults, field in
    if case .value(let value) = field.default { defaults[field.path] = value }
  }

  private static let derived: [(path: String, derive: @Sendable (Parameters) -> Value)] = fields.compactMap {
    if case .derived(_, let derive) = $0.default { ($0.path, derive) } else { nil }
  }

  /// Every leaf: what was `given`, over what follows from it, over the defaults.
  static func resolve(_ given: Parameters) -> Parameters {
    resolve(given, over: fixedDefaults)
  }

  /// As `resolve(_:)`, with `given` over settings that hold no derived default.
  static func resolve(_ given: Parameters, over base: Parameters) -> Parameters {
    var parameters = base
    for (path, value) in given { parameters[path] = value }
    for (path, derive) in derived where parameters[path] == nil { parameters[path] = derive(parameters) }
    return parameters
  }

  /// `given` over the fixed defaults, without what is derived.
  static func withFixedDefaults(_ given: Parameters) -> Parameters {
    fixedDefaults.merging(given) { $1 }
  }
}

extension FieldType {
  /// Integers that JSON and SQLite keep exactly.
  static let seed = FieldType.integer(0...9_007_199_254_740_991)
}
