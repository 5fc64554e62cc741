import Foundation

/// A normal distribution cut off outside of bounds between which its mean lies.
struct TruncatedNormal {
  private let mean: Double
  private let deviation: Double
  private let bounds: ClosedRange<Double>
  /// Of what lies within the bounds.
  private let logMass: Double
  /// Of the density at the mean.
  private let logPeak: Double

  init(mean: Double, deviation: Double, within bounds: ClosedRange<Double>) {
    self.mean = mean
    self.deviation = deviation
    self.bounds = bounds
    let logMass = log(Self.mass((bounds.lowerBound - mean) / deviation, (bounds.upperBound - mean) / deviation))
    self.logMass = logMass
    logPeak = -log(deviation) - log(2 * Double.pi) / 2 - logMass
  }

  /// The logarithm of the density at a point, or of the probability of a longer interval.
  func logDensity(_ interval: ClosedRange<Double>) -> Double {
    let lower = (interval.lowerBound - mean) / deviation
    guard interval.lowerBound < interval.upperBound else {
      return logPeak - lower * lower / 2
    }
    return log(Self.mass(lower, (interval.upperBound - mean) / deviation)) - logMass
  }

  /// By rejection: with the mean within the bounds, and a deviation no greater than their distance, at least every third
  /// draw is taken.
  func sample(_ draws: inout SearchDraws) -> Double {
    while true {
      let value = mean + deviation * draws.normal()
      if bounds.contains(value) { return value }
    }
  }

  /// Of the standard normal distribution between two points, in the tail where it is exact.
  private static func mass(_ lower: Double, _ upper: Double) -> Double {
    let root = 2.0.squareRoot()
    if lower > 0 { return (erfc(lower / root) - erfc(upper / root)) / 2 }
    if upper < 0 { return (erfc(-upper / root) - erfc(-lower / root)) / 2 }
    return (erf(upper / root) - erf(lower / root)) / 2
  }
}
