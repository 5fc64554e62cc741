import Experiments
import Foundation
import Randomness

/// Intervals without a model: how far each seed's differences are from their mean is given a sign anew, the same for all
/// comparisons, so that whatever belongs to one seed stays together.
///
/// Of all the ways to give signs, or of many drawn, the greatest |t| over all comparisons is taken, each studentized by
/// its own way; the intervals are mean ± its 95 % quantile · sd/√n (the wild bootstrap of Wu 1986 with the signs of Liu
/// 1988, for a maximum as Romano and Wolf 2005). Drawing seeds with replacement instead gives a seed several times to
/// samples that then hardly spread, and intervals that are too wide.
struct Bootstrap {
  /// With fewer, a resampled spread says too little of the true one.
  static let leastSeeds = 10
  /// All ways to give signs to up to 13 seeds, of which turning all about changes no |t|.
  private static let mostSigned = 13
  private static let samples = 1 << (mostSigned - 1)

  /// A half width for each pair of a group and its baseline, and how many seeds all of them have; nil where there are no
  /// pairs.
  ///
  /// Throws `InputError` where the seeds that all have are fewer than ten.
  func intervals(
    of pairs: [(group: SeedMeans, base: SeedMeans)]
  ) throws -> (seeds: Int, results: [(mean: Double, halfWidth: Double)])? {
    guard let first = pairs.first else { return nil }
    let seeds = pairs.reduce(first.group.seeds) { common, pair in
      common.filter { pair.group.cells[$0] != nil && pair.base.cells[$0] != nil }
    }
    guard seeds.count >= Self.leastSeeds else {
      throw InputError(
        "a bootstrap needs \(Self.leastSeeds) seeds in every group, there are \(seeds.count): leave out --bootstrap")
    }
    let differences = pairs.map { pair in
      seeds.map { (pair.group.cells[$0]?.mean ?? .nan) - (pair.base.cells[$0]?.mean ?? .nan) }
    }
    let observed = differences.map { Self.moments($0) }
    let residuals = zip(differences, observed).map { values, moments in values.map { $0 - moments.mean } }
    let sums = residuals.map { $0.reduce(0) { $0 + $1 * $1 } }
    let stream = RandomStream(seed: 0, purpose: "bootstrap")
    let count = seeds.count
    let isEveryWay = count <= Self.mostSigned
    var greatest: [Double] = []
    for sample in 0..<(isEveryWay ? 1 << (count - 1) : Self.samples) {
      let isTurned = (0..<count).map { seed in
        isEveryWay ? sample >> seed & 1 == 1 : stream.integer(below: 2, index: sample, element: seed) == 1
      }
      var extreme = 0.0
      for (residual, squares) in zip(residuals, sums) {
        var sum = 0.0
        for seed in 0..<count { sum += isTurned[seed] ? -residual[seed] : residual[seed] }
        // t² / (n − 1); signs don't change the sum of squares.
        let between = sum * sum / Double(count)
        if squares > between { extreme = max(extreme, between / (squares - between)) }
      }
      greatest.append(extreme)
    }
    greatest.sort()
    let share = greatest[Int((MetricDifferences.confidence * Double(greatest.count)).rounded(.up)) - 1]
    let factor = (share * Double(count - 1)).squareRoot()
    return (count, observed.map { ($0.mean, factor * $0.error) })
  }

  /// The mean and its standard error.
  private static func moments(_ values: [Double]) -> (mean: Double, error: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return (mean, (variance / n).squareRoot())
  }
}
