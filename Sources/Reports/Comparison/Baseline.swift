import Experiments

/// The values that a baseline was asked to have.
struct Baseline {
  private let grouping: Grouping
  private let wanted: [(key: String, text: String)]

  /// Nil where nothing is asked for. Throws `InputError` where a pair is none, or its key not among the groups'.
  init?(_ pairs: [String], grouping: Grouping) throws {
    if pairs.isEmpty { return nil }
    self.grouping = grouping
    let names = KeyNames(grouping.keys, noun: "baseline key")
    wanted = try pairs.map { pair in
      guard let equals = pair.firstIndex(of: "=") else {
        throw InputError("the baseline '\(pair)' is no key=value")
      }
      let key = try names.key(String(pair[..<equals]))
      return (key, String(pair[pair.index(after: equals)...]))
    }
  }

  /// For each of `groups` the index of its baseline: of those that have the values, the one that agrees with it on
  /// most of the other axes; nil where that is not a single one.
  ///
  /// Throws `InputError` where no group has the values, or several that no other axis tells apart.
  func baselines(of groups: [[Value]]) throws -> [Int?] {
    let candidates = groups.indices.filter { matches(groups[$0]) }
    if candidates.isEmpty { throw unknownValue(groups) }
    if candidates.count == 1 { return groups.map { _ in candidates[0] } }
    let touched = Set(wanted.map(\.key))
    let free = grouping.axes.filter { touched.isDisjoint(with: $0.keys) }.flatMap(\.keys)
    let columns = grouping.keys.indices.filter { free.contains(grouping.keys[$0]) }
    return try groups.map { group in
      let agreement = candidates.map { candidate in columns.count { groups[candidate][$0] == group[$0] } }
      let most = agreement.max() ?? 0
      let found = zip(candidates, agreement).filter { $0.1 == most }.map(\.0)
      if found.count > 1, most == columns.count { throw ambiguous(found.map { groups[$0] }) }
      return found.count == 1 ? found[0] : nil
    }
  }

  private func matches(_ values: [Value]) -> Bool {
    wanted.allSatisfy { pair in
      grouping.keys.firstIndex(of: pair.key).map { values[$0].isWritten(pair.text) } ?? false
    }
  }

  private var text: String { wanted.map { "\($0.key)=\($0.text)" }.joined(separator: ",") }

  private func unknownValue(_ groups: [[Value]]) -> InputError {
    for (column, key) in grouping.keys.enumerated() {
      guard let pair = wanted.first(where: { $0.key == key }) else { continue }
      let values = Set(groups.map { $0[column] }).sorted { $0.isOrderedBefore($1) }
      if values.contains(where: { $0.isWritten(pair.text) }) { continue }
      let known = values.map(\.readable)
      return InputError(
        "no group has \(key)=\(pair.text); there are \(known.joined(separator: ", "))",
        suggestion: InputError.nearest(to: pair.text, among: known).map { "\(key)=\($0)" })
    }
    return InputError("no group has \(text)")
  }

  private func ambiguous(_ groups: [[Value]]) -> InputError {
    let descriptions = groups.map { values in
      zip(grouping.keys, values).map { "\($0)=\($1.readable)" }.joined(separator: ",")
    }
    return InputError("the baseline \(text) is more than one group: \(descriptions.joined(separator: " and "))")
  }
}
