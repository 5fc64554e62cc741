/// A mean over independent values, and how well they determine it.
public struct Estimate: Equatable, Sendable {
  /// How many values.
  public let count: Int
  public let mean: Double
  /// The sample's standard deviation (divisor n − 1); nil for fewer than two values.
  public let deviation: Double?
  /// The 95 % interval of the mean, mean ± t(0.975, n − 1) · sd/√n; nil for fewer than two values.
  public let interval: ClosedRange<Double>?

  /// Nil where there are no `values`.
  ///
  /// A value that is no finite number (a diverged run's) makes the mean what it is, and leaves no deviation.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let n = Double(values.count)
    let centre = values.reduce(0, +) / n
    count = values.count
    guard values.count > 1, centre.isFinite else {
      mean = centre
      deviation = nil
      interval = nil
      return
    }
    // The second pass takes off what rounding left in the first.
    let mean = centre + values.reduce(0) { $0 + ($1 - centre) } / n
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    let half = StudentT(degreesOfFreedom: n - 1).quantile(0.975) * deviation / n.squareRoot()
    self.mean = mean
    self.deviation = deviation
    interval = (mean - half)...(mean + half)
  }

  /// Half of the interval's width.
  public var halfWidth: Double? { interval.map { ($0.upperBound - $0.lowerBound) / 2 } }
}
