import Foundation

/// All differences of one metric from their baselines, with intervals that hold all at once in 95 % of cases.
struct MetricDifferences {
  /// How the intervals came about.
  enum Method: Equatable {
    /// Residuals pooled from all groups that have a baseline in common; Dunnett's intervals.
    case pooled
    /// Each difference from its own pairs, since groups spread too differently to be pooled; Bonferroni's intervals.
    case unpooled
    /// Signs drawn anew.
    case bootstrap(seeds: Int)
    /// Nothing to estimate from.
    case none
  }

  /// By group.
  private(set) var differences: [Int: Difference] = [:]
  private(set) var method = Method.none
  /// How many distinct comparisons the intervals hold for together.
  private(set) var comparisonCount = 0
  /// Of the residuals, the least of any comparison; nil where none are pooled.
  private(set) var degreesOfFreedom: Double?

  static let confidence = 0.95
  /// Spreads this improbable are not pooled.
  static let spreadLevel = 0.01

  /// One of the comparisons that there are to make.
  private struct Pair {
    let group: Int
    let column: Int
    let base: Int
  }

  /// The groups that have one baseline.
  private struct Slice {
    let base: Int
    let distinct: DistinctColumns
    let model: BlockedModel
    let pairs: [Pair]
    /// Distinct columns other than the baseline's.
    var comparisons: Set<Int> { Set(pairs.map(\.column)) }
  }

  /// - Parameters:
  ///   - means: by group.
  ///   - bases: by group, the index of the baseline's group; nil where there is none.
  ///   - bootstrap: nil for the model's intervals.
  init(
    _ means: [SeedMeans], bases: [Int?], direction: Direction?, delta: (_ baseline: Double?) -> Double,
    bootstrap: Bootstrap? = nil
  ) throws {
    let slices = Self.slices(means, bases)
    let total = slices.reduce(0) { $0 + $1.comparisons.count }
    comparisonCount = total
    var intervals: [Int: (mean: Double, halfWidth: Double?, decide: ((Double) -> Int?)?)] = [:]
    if let bootstrap {
      let pairs = slices.flatMap { slice in
        slice.pairs.map { (group: $0.group, values: slice.distinct.columns[$0.column], base: slice.base, slice) }
      }
      let compared = pairs.map { ($0.values, $0.3.distinct.columns[$0.3.pairs[0].base]) }
      if let (seeds, results) = try bootstrap.intervals(of: compared) {
        for (pair, result) in zip(pairs, results) { intervals[pair.group] = (result.mean, result.halfWidth, nil) }
        method = .bootstrap(seeds: seeds)
      }
    } else {
      let isUnequal = slices.contains { ($0.model.unequalSpread ?? 1) < Self.spreadLevel }
      for slice in slices {
        for (group, result) in isUnequal ? Self.unpooled(slice, total) : Self.pooled(slice, total) {
          intervals[group] = result
          if result.halfWidth != nil { method = isUnequal ? .unpooled : .pooled }
        }
        if !isUnequal { noteDegrees(of: slice) }
      }
    }
    for (group, base) in bases.enumerated() {
      guard let base, base != group else { continue }
      let result = intervals[group]
      let isSame = means[group].isSameMeasurement(as: means[base])
      let plain = Self.plainMean(means[group], means[base])
      var difference = Difference(
        mean: isSame ? 0 : result?.mean ?? plain?.mean, halfWidth: isSame ? 0 : result?.halfWidth,
        seedCount: plain?.count ?? 0, delta: delta(means[base].estimate?.mean), isSameMeasurement: isSame,
        direction: direction)
      if difference.reason == .intervalTooWide, let mean = difference.mean {
        difference.seedsToDecide = result?.decide?(max(abs(mean), difference.delta - abs(mean)))
      }
      differences[group] = difference
    }
  }

  private static func slices(_ means: [SeedMeans], _ bases: [Int?]) -> [Slice] {
    let groupsByBase = Dictionary(grouping: bases.indices.filter { bases[$0] != nil && bases[$0] != $0 }) {
      bases[$0] ?? 0
    }
    return groupsByBase.sorted { $0.key < $1.key }.compactMap { base, groups in
      let members = [base] + groups
      let distinct = DistinctColumns(members.map { means[$0] })
      guard let baseColumn = distinct.column[0] else { return nil }
      let pairs = zip(groups, distinct.column.dropFirst()).compactMap { group, column in
        column.flatMap { $0 == baseColumn ? nil : Pair(group: group, column: $0, base: baseColumn) }
      }
      // Without a seed in common, nothing is compared.
      let compared = pairs.filter {
        !distinct.columns[$0.column].commonSeeds(with: distinct.columns[$0.base]).isEmpty
      }
      guard !compared.isEmpty else { return nil }
      return Slice(base: base, distinct: distinct, model: BlockedModel(distinct.columns), pairs: compared)
    }
  }

  private typealias Result = (mean: Double, halfWidth: Double?, decide: ((Double) -> Int?)?)

  private mutating func noteDegrees(of slice: Slice) {
    for pair in slice.pairs {
      guard let contrast = slice.model.contrast(pair.column, pair.base), contrast.standardError != nil else { continue }
      degreesOfFreedom = min(degreesOfFreedom ?? .infinity, contrast.degreesOfFreedom)
    }
  }

  /// Dunnett's intervals. The error of 5 % is shared out by the number of comparisons (Bonferroni) among the slices, and
  /// within each between comparisons that share trainings and those that do not, since their errors differ.
  private static func pooled(_ slice: Slice, _ total: Int) -> [Int: Result] {
    let base = slice.pairs[0].base
    var contrasts: [Int: BlockedModel.Contrast] = [:]
    for column in slice.comparisons { contrasts[column] = slice.model.contrast(column, base) }
    let families = Dictionary(grouping: contrasts.keys.sorted()) { contrasts[$0]?.sharesTrainings == true }
    var results: [Int: Result] = [:]
    for columns in families.values {
      let level = 1 - (1 - confidence) * Double(columns.count) / Double(total)
      let correlation = leastCorrelation(slice.model, columns, base: base)
      for pair in slice.pairs where columns.contains(pair.column) {
        guard let contrast = contrasts[pair.column] else { continue }
        guard let error = contrast.standardError else {
          results[pair.group] = (contrast.mean, nil, nil)
          continue
        }
        let nu = contrast.degreesOfFreedom
        let factor = SimultaneousQuantile(
          .baseline(comparisons: columns.count, correlation: correlation), degreesOfFreedom: nu
        ).quantile(level)
        results[pair.group] = (
          contrast.mean, factor * error,
          { seedsToDecide($0, factor: factor, error: error, degreesOfFreedom: nu, seeds: contrast.seedCount) }
        )
      }
    }
    return results
  }

  /// The least of the correlations between comparisons takes the place of all: what correlates more strays less.
  private static func leastCorrelation(_ model: BlockedModel, _ columns: [Int], base: Int) -> Double {
    guard columns.count > 1, columns.count <= 60 else { return 0 }
    var least = 0.99
    for (index, first) in columns.enumerated() {
      for second in columns[(index + 1)...] {
        guard let correlation = model.correlation(first, second, base: base) else { return 0 }
        least = min(least, correlation)
      }
    }
    return max(0, least)
  }

  private static func unpooled(_ slice: Slice, _ total: Int) -> [Int: Result] {
    var results: [Int: Result] = [:]
    for pair in slice.pairs {
      let values = differences(slice.distinct.columns[pair.column], slice.distinct.columns[pair.base])
      guard let estimate = Estimate(values) else { continue }
      guard let deviation = estimate.deviation else {
        results[pair.group] = (estimate.mean, nil, nil)
        continue
      }
      let nu = Double(values.count - 1)
      let factor = StudentT(degreesOfFreedom: nu).quantile(1 - (1 - confidence) / 2 / Double(total))
      let error = deviation / Double(values.count).squareRoot()
      results[pair.group] = (
        estimate.mean, factor * error,
        { seedsToDecide($0, factor: factor, error: error, degreesOfFreedom: nu, seeds: values.count) }
      )
    }
    return results
  }

  /// How many seeds make the interval's half as narrow as `wanted`, if spread and difference stay as they are: the least
  /// n whose tail beyond wanted/error · √(n/S), on ν(n−1)/(S−1) degrees of freedom, is no more than the present factor's.
  private static func seedsToDecide(
    _ wanted: Double, factor: Double, error: Double, degreesOfFreedom: Double, seeds: Int
  ) -> Int? {
    let tail = StudentT(degreesOfFreedom: degreesOfFreedom).tail(factor)
    func isEnough(_ count: Int) -> Bool {
      let nu = degreesOfFreedom * Double(count - 1) / Double(max(1, seeds - 1))
      let narrower = (Double(count) / Double(max(1, seeds))).squareRoot()
      return StudentT(degreesOfFreedom: nu).tail(wanted / error * narrower) <= tail
    }
    var low = seeds
    var high = max(2, 2 * seeds)
    while !isEnough(high) {
      if high > 1000 { return nil }
      (low, high) = (high, 2 * high)
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high > 1000 ? nil : high
  }

  static func differences(_ group: SeedMeans, _ base: SeedMeans) -> [Double] {
    group.commonSeeds(with: base).compactMap { seed in
      base.cells[seed].flatMap { other in group.cells[seed].map { $0.mean - other.mean } }
    }
  }

  private static func plainMean(_ group: SeedMeans, _ base: SeedMeans) -> (mean: Double, count: Int)? {
    Estimate(differences(group, base)).map { ($0.mean, $0.count) }
  }
}
