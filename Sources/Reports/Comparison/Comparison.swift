public import Experiments

/// Groups of runs beside each other: each metric's mean over seeds with its 95 % interval, how far it is from the
/// baseline's, and what was spent on it.
public struct Comparison: Sendable {
  public struct Group: Sendable {
    /// Value of each of the comparison's keys, in their order.
    public let values: [Value]
    /// How many seeds.
    public let seedCount: Int
    /// By metric; nil where no run of the group has it.
    public let estimates: [String: Estimate]
    /// By metric; empty for the baseline itself, and where there is none for this group.
    public let differences: [String: Difference]
    public let isBaseline: Bool
    /// The means of its trainings; nil where not known.
    public let spend: ComparedRun.TrainingSpend?
    /// The finished runs that were compared, by seed.
    let members: [ComparedRun]
  }

  /// What was asked for: keys, or blocks.
  public let by: [String]
  /// The settings' keys by which runs are grouped.
  public let keys: [String]
  /// Short names of `keys`.
  let titles: [String]
  public let metrics: [String]
  public let groups: [Group]
  /// By metric, the indices of the group with the best mean and of those that have the same measurements; none where it
  /// is not known which way is better.
  public let best: [String: [Int]]
  /// By metric, what the axes do; none where there are fewer than two.
  let effects: [String: Effects]
  /// By axis, the values of its settings, level by level.
  let levels: [[[Value]]]
  /// Sentences for a person: what else varies, what was left out, why nothing was decided.
  public internal(set) var notes: [String] = []

  var hasBaseline: Bool { groups.contains(where: \.isBaseline) }

  /// - Parameters:
  ///   - runs: Finished runs.
  ///   - unfinished: Runs that were meant and are left out: whether groups are comparable is a question of what was meant.
  ///   - by: Settings' keys, unique ends of them, or blocks such as `sampling`.
  ///   - metrics: Keys, or unique ends of them.
  ///   - baseline: `key=value` pairs; where several groups have these values, each group is compared with the one
  ///     that agrees with it on most of the other axes.
  ///   - margin: Within which groups count as the same.
  ///   - allowed: Settings that may differ between the groups besides.
  ///   - usesBootstrap: Intervals of differences by the wild bootstrap.
  ///   - directions: Which way metrics get better whose keys don't tell.
  ///
  /// Throws `InputError` where a name means nothing or several things, no group has the baseline's values, another setting
  /// is confounded with the groups, or seeds are too few for a bootstrap.
  public init(
    of runs: [ComparedRun], unfinished: [ComparedRun] = [], by: [String], metrics: [String], baseline: [String] = [],
    margin: Margin = Margin(), allowed: [String] = [], usesBootstrap: Bool = false,
    directions: [String: Direction] = [:]
  ) throws {
    let grouping = try Grouping(by, runs: runs + unfinished)
    let metricNames = KeyNames(Set(runs.flatMap(\.metrics.keys)), noun: "metric")
    let metricKeys = try metrics.map(metricNames.key)
    for name in margin.names { _ = try metricNames.key(name) }

    let finished = Dictionary(grouping: runs, by: grouping.values).sorted { first, second in
      first.key.lexicographicallyPrecedes(second.key) { $0.isOrderedBefore($1) }
    }
    let values = finished.map(\.key)
    let bases = try Baseline(baseline, grouping: grouping)?.baselines(of: values)
    let meant = Dictionary(grouping: runs + unfinished, by: grouping.values)
    let confounding = try Confounding(Array(meant.values), grouping: grouping, allowed: allowed)
    let (members, withoutCounterpart) = confounding.counterparts(finished.map(\.value))
    let means = metricKeys.map { key in members.map { SeedMeans(of: key, in: $0) } }
    func direction(_ key: String) -> Direction? { directions[key] ?? Direction(ofMetric: key) }
    let axisLevels = grouping.levels(of: values)

    var differences: [String: MetricDifferences] = [:]
    var best: [String: [Int]] = [:]
    var effects: [String: Effects] = [:]
    var near: [String: Nearness] = [:]
    for (key, means) in zip(metricKeys, means) {
      if let first = Nearness.best(means, direction: direction(key)) {
        best[key] = means.indices.filter { $0 == first || means[$0].isSameMeasurement(as: means[first]) }
      }
      effects[key] = Effects(levels: axisLevels.indices, means: means)
      if let bases {
        differences[key] = try MetricDifferences(
          means, bases: bases, direction: direction(key), delta: { margin.delta(of: key, baseline: $0) },
          bootstrap: usesBootstrap ? Bootstrap() : nil)
      } else {
        near[key] = Nearness(means, direction: direction(key))
      }
    }

    self.by = grouping.axes.map(\.name)
    self.metrics = metricKeys
    self.best = best
    self.effects = effects
    levels = axisLevels.values
    keys = grouping.keys
    titles = keys.map(grouping.names.short)
    groups = members.indices.map { index in
      let estimates = zip(metricKeys, means).map { ($0, $1[index].estimate) }
      return Group(
        values: values[index],
        seedCount: means.map { $0[index].cells.count }.max() ?? Set(members[index].map(\.seed)).count,
        estimates: Dictionary(uniqueKeysWithValues: estimates).compactMapValues(\.self),
        differences: differences.compactMapValues { $0.differences[index] }, isBaseline: bases?[index] == index,
        spend: .mean(of: members[index]), members: members[index].sorted { $0.seed < $1.seed })
    }
    notes =
      about(confounding, withoutCounterpart: withoutCounterpart) + aboutMeans() + aboutDifferences(differences, margin)
      + aboutSpend() + undecidedBecause() + aboutNearness(near)
    if let bases, bases.contains(nil) {
      notes.append("No difference where several groups are equally near to being the baseline.")
    }
  }
}

extension ComparedRun.TrainingSpend {
  /// Over the distinct trainings of `runs`; nil where nothing is known.
  static func mean(of runs: [ComparedRun]) -> ComparedRun.TrainingSpend? {
    var seen: Set<String> = []
    let spends = runs.compactMap { run in
      run.training.map { seen.insert($0).inserted } ?? true ? run.spend : nil
    }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty || values.count < spends.count ? nil : values.reduce(0, +) / Double(values.count)
    }
    let pictures = mean(spends.compactMap(\.picturesSeen))
    let seconds = mean(spends.compactMap(\.seconds))
    return pictures == nil && seconds == nil ? nil : .init(picturesSeen: pictures, seconds: seconds)
  }
}
