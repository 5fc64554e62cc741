/// Which groups cannot be told from the best, where none was named as the baseline.
///
/// All pairs of groups count as compared, so the intervals are Tukey's, of the studentized range (Tukey–Kramer where
/// seeds are missing; Hayter 1984 shows that these hold).
struct Nearness {
  /// Of the group with the best mean.
  let best: Int
  /// Groups whose interval of the difference from the best holds 0, the best not among them, nor groups that have the same
  /// measurements.
  let likewise: [Int]
  /// Groups without a finite value, or without a seed in common with the best.
  let uncompared: [Int]

  /// Nil where no metric's direction or no spread is known, or no two groups have values.
  init?(_ means: [SeedMeans], direction: Direction?) {
    let distinct = DistinctColumns(means)
    guard let best = Self.best(means, direction: direction), let bestColumn = distinct.column[best],
      distinct.columns.count > 1
    else { return nil }
    self.best = best
    let model = BlockedModel(distinct.columns)
    guard (model.unequalSpread ?? 1) >= MetricDifferences.spreadLevel else { return nil }
    var factors: [Double: Double] = [:]
    var (likewise, uncompared): ([Int], [Int]) = ([], [])
    for (group, column) in distinct.column.enumerated() where group != best {
      if column == bestColumn { continue }
      guard let column, let contrast = model.contrast(column, bestColumn), let error = contrast.standardError else {
        uncompared.append(group)
        continue
      }
      let nu = contrast.degreesOfFreedom
      let factor =
        factors[nu]
        ?? SimultaneousQuantile(.range(groups: distinct.columns.count), degreesOfFreedom: nu)
        .quantile(MetricDifferences.confidence) / 2.0.squareRoot()
      factors[nu] = factor
      if abs(contrast.mean) <= factor * error { likewise.append(group) }
    }
    guard !factors.isEmpty else { return nil }
    self.likewise = likewise
    self.uncompared = uncompared
  }

  /// The group with the best mean of those that have a finite one, the first of equals; nil where fewer than two have.
  static func best(_ means: [SeedMeans], direction: Direction?) -> Int? {
    guard let direction else { return nil }
    let finite = means.enumerated().compactMap { index, values in
      values.estimate.flatMap { $0.mean.isFinite ? (index, $0.mean) : nil }
    }
    guard finite.count > 1 else { return nil }
    return finite.min { direction == .lowerIsBetter ? $0.1 < $1.1 : $0.1 > $1.1 }?.0
  }
}
