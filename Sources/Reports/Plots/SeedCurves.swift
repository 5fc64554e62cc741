import RunStore

/// A metric's course in one group: at every epoch the mean over seeds with its 95 % interval, each seed's runs averaged
/// first.
struct SeedCurves {
  let points: [(x: Double, mean: Double, band: ClosedRange<Double>?)]

  /// More would not be seen.
  private static let most = 400

  init(
    of key: String, in runs: [ComparedRun], history: (_ run: String, _ key: String) throws -> [MetricPoint]
  ) throws {
    var seen: Set<String> = []
    var bySeed: [Int: [Int: [Double]]] = [:]
    for run in runs {
      guard let measurement = run.metrics[key], seen.insert(measurement.stage).inserted else { continue }
      for point in try history(run.id, key) {
        bySeed[run.seed, default: [:]][point.step, default: []].append(point.value)
      }
    }
    let steps = Set(bySeed.values.flatMap(\.keys)).sorted()
    let stride = max(1, (steps.count + Self.most - 1) / Self.most)
    points = steps.enumerated().compactMap { index, step in
      // The last one is always shown.
      guard index % stride == 0 || index == steps.count - 1 else { return nil }
      let means = bySeed.values.compactMap { curve in
        curve[step].map { $0.reduce(0, +) / Double($0.count) }
      }
      // A mean over other seeds than at the epoch before would leap.
      guard means.count == bySeed.count else { return nil }
      return Estimate(means).map { (Double(step), $0.mean, $0.interval) }
    }
  }
}
