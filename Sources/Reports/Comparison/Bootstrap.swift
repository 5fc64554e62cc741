import Experiments
import Foundation
import Randomness

/// Intervals without a model: seeds are drawn anew, each with all its values, so that whatever belongs to one seed stays
/// together.
///
/// Of B samples of as many seeds, the greatest |t| over all comparisons is taken, each studentized in its own sample; the
/// intervals are mean ± its 95 % quantile · sd/√n (the bootstrap-t of Efron and Tibshirani 1993, § 12.5, for a maximum).
struct Bootstrap {
  /// With fewer, a resampled spread says too little of the true one.
  static let leastSeeds = 10
  private static let samples = 4000

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
    let stream = RandomStream(seed: 0, purpose: "bootstrap")
    let count = seeds.count
    var greatest: [Double] = []
    for sample in 0..<Self.samples {
      let drawn = (0..<count).map { stream.integer(below: count, index: sample, element: $0) }
      var extreme = 0.0
      for (values, whole) in zip(differences, observed) {
        let part = Self.moments(drawn.map { values[$0] })
        if part.error > 0 { extreme = max(extreme, abs(part.mean - whole.mean) / part.error) }
      }
      greatest.append(extreme)
    }
    greatest.sort()
    let factor = greatest[Int((MetricDifferences.confidence * Double(Self.samples)).rounded(.up)) - 1]
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
