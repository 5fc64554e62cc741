import Experiments

/// What varies among the runs besides what they are grouped by.
///
/// A setting that is distributed alike in every group is crossed with the groups, and averaged over. One that is not is
/// confounded with them: a difference may as well be its doing.
struct Confounding {
  /// Settings with their values, which all groups have alike.
  private(set) var crossed: [(key: String, values: String)] = []
  /// Settings that were allowed to differ, whether they do or not, with their values.
  private(set) var allowed: [(key: String, values: String)] = []
  /// The settings by which runs of different groups find their counterparts.
  private(set) var matched: [String] = []

  /// - Parameters:
  ///   - groups: All runs that were meant, whether they have finished or not.
  ///   - allowed: Settings and blocks that may differ, or `all`.
  ///
  /// Throws `InputError` that names the settings that differ and are not allowed to.
  init(_ groups: [[ComparedRun]], grouping: Grouping, allowed names: [String]) throws {
    let others = grouping.varying.filter { $0 != "seed" && !grouping.keys.contains($0) }
    let permitted = try Self.permitted(names, among: others, grouping: grouping)
    var confounded: [String] = []
    for key in others where permitted.contains(key) { allowed.append((key, Self.text(of: key, in: groups))) }
    for key in others where !permitted.contains(key) {
      let counts = groups.map { group in
        group.reduce(into: [Value: Int]()) { $0[$1.parameters[key] ?? .null, default: 0] += 1 }
      }
      let values = Self.text(of: key, in: groups)
      if Self.isAlike(counts) { crossed.append((key, values)) } else { confounded.append("\(key) (\(values))") }
    }
    guard confounded.isEmpty else { throw Self.refusal(confounded, grouping: grouping) }
    matched = others.filter { !permitted.contains($0) }
    // Settings may each be distributed alike and their combinations not.
    let combinations = groups.map { group in
      group.reduce(into: [[Value]: Int]()) { $0[values(of: $1), default: 0] += 1 }
    }
    if !Self.isAlike(combinations) {
      throw Self.refusal(["combinations of " + matched.joined(separator: ", ")], grouping: grouping)
    }
  }

  /// The finished runs of each group that have counterparts in all groups that have their seed, and how many have none.
  ///
  /// A run that failed leaves its counterparts in the other groups without one. They are left out too, so that an
  /// average is over the same settings everywhere.
  func counterparts(_ groups: [[ComparedRun]]) -> (groups: [[ComparedRun]], leftOut: Int) {
    if matched.isEmpty { return (groups, 0) }
    var present: [Int: [Set<[Value]>]] = [:]
    let combinations = groups.map { $0.map(values) }
    for (group, values) in zip(groups, combinations) {
      let bySeed = Dictionary(grouping: zip(group, values)) { $0.0.seed }
      for (seed, runs) in bySeed { present[seed, default: []].append(Set(runs.map(\.1))) }
    }
    let common = present.mapValues { sets in sets.dropFirst().reduce(sets[0]) { $0.intersection($1) } }
    var leftOut = 0
    let kept = zip(groups, combinations).map { group, values in
      zip(group, values).compactMap { run, values -> ComparedRun? in
        if common[run.seed]?.contains(values) == true { return run }
        leftOut += 1
        return nil
      }
    }
    return (kept, leftOut)
  }

  private func values(of run: ComparedRun) -> [Value] { matched.map { run.parameters[$0] ?? .null } }

  /// Whether the shares are the same in every group.
  private static func isAlike<Key>(_ groups: [[Key: Int]]) -> Bool {
    guard let first = groups.first else { return true }
    let total = first.values.reduce(0, +)
    return groups.allSatisfy { group in
      let count = group.values.reduce(0, +)
      return group.count == first.count && group.allSatisfy { $0.value * total == first[$0.key, default: 0] * count }
    }
  }

  private static func permitted(
    _ names: [String], among others: [String], grouping: Grouping
  ) throws -> Set<String> {
    var permitted: Set<String> = []
    for name in names {
      if name == "all" { return Set(others) }
      let block = others.filter { $0.hasPrefix(name + ".") }
      if block.isEmpty { permitted.insert(try grouping.names.key(name)) } else { permitted.formUnion(block) }
    }
    return permitted
  }

  private static func text(of key: String, in groups: [[ComparedRun]]) -> String {
    var known: Set<Value> = []
    for run in groups.joined() {
      known.insert(run.parameters[key] ?? .null)
      if known.count > 12 { return "more than 12 values" }
    }
    return known.sorted { $0.isOrderedBefore($1) }.map(\.readable).joined(separator: ", ")
  }

  private static func refusal(_ confounded: [String], grouping: Grouping) -> InputError {
    let shown = confounded.prefix(8).joined(separator: ", ")
    let more = confounded.count > 8 ? " and \(confounded.count - 8) more" : ""
    return InputError(
      "the groups differ in more than \(grouping.axes.map(\.name).joined(separator: ", ")): \(shown)\(more). "
        + "Take runs that differ in nothing else (--filter), group by that too (--by), or allow it (--allow)")
  }
}
