/// Main effects and interactions of the axes by which runs are grouped, each tested against how it varies over seeds.
///
/// A repeated-measures analysis of variance with seeds as blocks: F = mean square of the effect ÷ mean square of its
/// interaction with the seed, on df and df · (seeds − 1) degrees of freedom. So an effect of the sampler, within trainings,
/// and one of the network, between them, each have their own error. Source: Winer 1971, *Statistical Principles in
/// Experimental Design*, ch. 7.
struct Effects {
  /// What one axis does, or what two do together beyond what each does.
  struct Term: Equatable {
    /// Indices of the axes.
    let axes: [Int]
    /// How far the mean of each level (of each pair of levels) is from what the smaller terms say, by the levels' indices.
    let effects: [(levels: [Int], effect: Double)]
    let degreesOfFreedom: Int
    let errorDegreesOfFreedom: Int
    /// Nil where nothing varies over seeds.
    let f: Double?
    let p: Double?
    /// Holm's, over all terms of the metric: the probability to find one such term where there is none.
    var adjusted: Double?

    static func == (first: Term, second: Term) -> Bool { first.axes == second.axes && first.f == second.f }
  }

  private(set) var terms: [Term] = []
  let seedCount: Int

  /// - Parameters:
  ///   - levels: Of each group, the index of its value on each axis.
  ///   - means: The groups' values, in the same order.
  ///
  /// Nil where there are fewer than two axes or two seeds that all groups have, where combinations are wanting, and
  /// where all axes but one leave the values what they are.
  init?(levels: [[Int]], means: [SeedMeans]) {
    guard let first = levels.first, first.count > 1 else { return nil }
    let counts = first.indices.map { axis in Set(levels.map { $0[axis] }).count }
    guard counts.allSatisfy({ $0 > 1 }), Set(levels).count == levels.count,
      counts.reduce(1, *) == levels.count, means.allSatisfy({ $0.isFinite && !$0.cells.isEmpty })
    else { return nil }
    let seeds = means[0].seeds.filter { seed in means.allSatisfy { $0.cells[seed] != nil } }
    guard seeds.count > 1 else { return nil }
    seedCount = seeds.count
    let tables = seeds.map { seed in means.map { $0.cells[seed]?.mean ?? .nan } }

    for order in 1...2 {
      for axes in Self.subsets(of: first.count, order) {
        // An axis that leaves every measurement what it is has no effect to test.
        let isMeasured = axes.allSatisfy { Self.changes(axis: $0, levels: levels, means: means) }
        if isMeasured { terms.append(Self.term(axes, levels: levels, counts: counts, tables: tables)) }
      }
    }
    if terms.isEmpty { return nil }
    adjust()
  }

  private static func subsets(of count: Int, _ order: Int) -> [[Int]] {
    order == 1
      ? (0..<count).map { [$0] }
      : (0..<count).flatMap { first in ((first + 1)..<max(count, first + 1)).map { [first, $0] } }
  }

  private static func changes(axis: Int, levels: [[Int]], means: [SeedMeans]) -> Bool {
    var known: [[Int]: SeedMeans] = [:]
    for (level, mean) in zip(levels, means) {
      var others = level
      others[axis] = 0
      if let other = known[others], !other.isSameMeasurement(as: mean) { return true }
      known[others] = mean
    }
    return false
  }

  private static func term(_ axes: [Int], levels: [[Int]], counts: [Int], tables: [[Double]]) -> Term {
    let perSeed = tables.map { effects(of: axes, levels, $0) }
    let places = perSeed[0].keys.sorted { $0.lexicographicallyPrecedes($1) }
    let seeds = Double(tables.count)
    let means = places.map { place in perSeed.reduce(0) { $0 + ($1[place] ?? 0) } / seeds }
    var error = 0.0
    for effects in perSeed {
      for (place, mean) in zip(places, means) {
        let residual = (effects[place] ?? 0) - mean
        error += residual * residual
      }
    }
    let df = axes.reduce(1) { $0 * (counts[$1] - 1) }
    let errorDf = df * (tables.count - 1)
    let square = seeds * means.reduce(0) { $0 + $1 * $1 } / Double(df)
    let f = error > 0 ? square / (error / Double(errorDf)) : nil
    let p = f.map { FisherF(numerator: Double(df), denominator: Double(errorDf)).tail($0) }
    return Term(
      axes: axes, effects: Array(zip(places, means)), degreesOfFreedom: df, errorDegreesOfFreedom: errorDf, f: f, p: p)
  }

  /// Of one seed: the mean at each combination of the axes' levels less the grand mean, and of two axes less what each
  /// alone does.
  private static func effects(of axes: [Int], _ levels: [[Int]], _ values: [Double]) -> [[Int]: Double] {
    let grand = values.reduce(0, +) / Double(values.count)
    var effects = marginal(axes, levels, values).mapValues { $0 - grand }
    guard axes.count == 2 else { return effects }
    let alone = axes.map { marginal([$0], levels, values) }
    for place in effects.keys {
      effects[place, default: 0] -= (0..<2).reduce(0) { $0 + (alone[$1][[place[$1]]] ?? grand) - grand }
    }
    return effects
  }

  private static func marginal(_ axes: [Int], _ levels: [[Int]], _ values: [Double]) -> [[Int]: Double] {
    var sums: [[Int]: (sum: Double, count: Double)] = [:]
    for (level, value) in zip(levels, values) {
      let old = sums[axes.map { level[$0] }, default: (0, 0)]
      sums[axes.map { level[$0] }] = (old.sum + value, old.count + 1)
    }
    return sums.mapValues { $0.sum / $0.count }
  }

  /// Source: Holm 1979.
  private mutating func adjust() {
    let tested = terms.indices.filter { terms[$0].p != nil }.sorted { (terms[$0].p ?? 1) < (terms[$1].p ?? 1) }
    var least = 0.0
    for (rank, index) in tested.enumerated() {
      least = max(least, min(1, (terms[index].p ?? 1) * Double(tested.count - rank)))
      terms[index].adjusted = least
    }
  }
}
