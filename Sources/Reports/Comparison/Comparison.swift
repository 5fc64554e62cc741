public import Experiments

/// Groups of runs beside each other: each metric's mean over seeds with its 95 % interval, and how far it is from the
/// baseline's.
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
  }

  /// What was asked for: keys, or blocks.
  public let by: [String]
  /// The settings' keys by which runs are grouped.
  public let keys: [String]
  /// Short names of `keys`.
  let titles: [String]
  public let metrics: [String]
  public let groups: [Group]
  /// Sentences for a person: what else varies, what was left out, why nothing was decided.
  public internal(set) var notes: [String] = []

  var hasBaseline: Bool { groups.contains(where: \.isBaseline) }

  /// - Parameters:
  ///   - runs: Finished runs.
  ///   - by: Settings' keys, unique ends of them, or blocks such as `sampling`.
  ///   - metrics: Keys, or unique ends of them.
  ///   - baseline: `key=value` pairs; where several groups have these values, each group is compared with the one
  ///     that agrees with it on most of the other axes.
  ///   - directions: Which way metrics get better whose keys don't tell.
  ///
  /// Throws `InputError` where a name means nothing or several things, or no group has the baseline's values.
  public init(
    of runs: [ComparedRun], by: [String], metrics: [String], baseline: [String] = [],
    directions: [String: Direction] = [:]
  ) throws {
    let grouping = try Grouping(by, runs: runs)
    let metricNames = KeyNames(Set(runs.flatMap(\.metrics.keys)), noun: "metric")
    let metricKeys = try metrics.map(metricNames.key)
    let members = Dictionary(grouping: runs, by: grouping.values).sorted { first, second in
      first.key.lexicographicallyPrecedes(second.key) { $0.isOrderedBefore($1) }
    }
    let means = members.map { member in metricKeys.map { SeedMeans(of: $0, in: member.value) } }
    let bases = try Baseline(baseline, grouping: grouping)?.baselines(of: members.map(\.key))

    self.by = grouping.axes.map(\.name)
    self.metrics = metricKeys
    keys = grouping.keys
    titles = keys.map(grouping.names.short)
    groups = members.indices.map { index in
      var estimates: [String: Estimate] = [:]
      var differences: [String: Difference] = [:]
      for (column, key) in metricKeys.enumerated() {
        estimates[key] = means[index][column].estimate
        guard let base = bases?[index], base != index else { continue }
        differences[key] = Difference(
          means[index][column], from: means[base][column], direction: directions[key] ?? Direction(ofMetric: key))
      }
      return Group(
        values: members[index].key,
        seedCount: means[index].map(\.means.count).max() ?? Set(members[index].value.map(\.seed)).count,
        estimates: estimates, differences: differences, isBaseline: bases?[index] == index)
    }
    let lonely = bases.map { $0.contains(nil) } ?? false
    notes =
      alsoVarying(runs, members.map(\.value)) + aboutIntervals() + undecidedBecause()
      + (lonely ? ["No difference where several groups are equally near to being the baseline."] : [])
  }

  /// What else varies: within every group alike, or from group to group, where it may be the cause of a difference.
  private func alsoVarying(_ runs: [ComparedRun], _ members: [[ComparedRun]]) -> [String] {
    var averaged: [String] = []
    var confounded: [String] = []
    for key in Grouping.varyingKeys(of: runs) where key != "seed" && !keys.contains(key) {
      let values = members.map { Set($0.map { $0.parameters[key] ?? .null }) }
      let known = values.dropFirst().reduce(values[0]) { $0.union($1) }
      let text =
        known.count > 20
        ? "\(known.count) values"
        : known.sorted { $0.isOrderedBefore($1) }.map(\.readable).joined(separator: ", ")
      if values.allSatisfy({ $0 == values[0] }) {
        averaged.append("\(key) (\(text))")
      } else {
        confounded.append("\(key) (\(text))")
      }
    }
    return (averaged.isEmpty ? [] : ["Averaged over in every group: \(averaged.joined(separator: ", "))."])
      + (confounded.isEmpty
        ? [] : ["Not the same in every group, and perhaps the cause: \(confounded.joined(separator: ", "))."])
  }

  private func aboutIntervals() -> [String] {
    var notes: [String] = []
    if groups.contains(where: { $0.estimates.values.contains { $0.interval != nil } }) {
      notes.append("± is half of the 95 % interval of the mean over n seeds.")
    } else if !metrics.isEmpty {
      notes.append("One seed a group: nothing says how much of a difference is chance.")
    }
    return notes
  }

  private func undecidedBecause() -> [String] {
    var metricsByReason: [(Difference.Reason, [String])] = []
    for key in metrics {
      for reason in groups.compactMap({ $0.differences[key]?.reason }) {
        if let index = metricsByReason.firstIndex(where: { $0.0 == reason }) {
          if !metricsByReason[index].1.contains(key) { metricsByReason[index].1.append(key) }
        } else {
          metricsByReason.append((reason, [key]))
        }
      }
    }
    return metricsByReason.map { "Undecided for \($0.1.joined(separator: ", ")): \($0.0.sentence)." }
  }
}
