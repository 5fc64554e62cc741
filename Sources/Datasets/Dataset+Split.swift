import Experiments
import Randomness

extension Dataset {
  /// Deals whole groups out, the largest first and otherwise in random order, each to the part that is furthest from
  /// its share: no part ends further from it than a group can't mend.
  static func split(_ groups: [[Int]], shares: DataConfiguration.Split, seed: Int) throws -> Split {
    let count = groups.reduce(0) { $0 + $1.count }
    let shares = [("train", shares.train), ("validation", shares.validation), ("test", shares.test)]
    var missing = shares.map { $0.1 * Double(count) }
    var parts: [[Int]] = [[], [], []]
    let order = RandomStream(seed: seed, purpose: "split").permutation(of: groups.count)
    let largestFirst = order.enumerated().sorted { a, b in
      (groups[b.element].count, a.offset) < (groups[a.element].count, b.offset)
    }
    for (_, group) in largestFirst {
      let part = missing.indices.max { missing[$0] < missing[$1] } ?? 0
      parts[part] += groups[group]
      missing[part] -= Double(groups[group].count)
    }
    for (part, share) in zip(parts, shares) where part.isEmpty && (share.1 > 0 || share.0 != "test") {
      throw InputError(
        "data.split.\(share.0): \(share.1) of \(count) pictures (\(groups.count) of them different) leaves none")
    }
    return Split(train: parts[0].sorted(), validation: parts[1].sorted(), test: parts[2].sorted())
  }
}
