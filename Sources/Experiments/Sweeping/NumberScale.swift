import Foundation

/// How the numbers of a dimension lie on the line on which they are searched: as they are, or by their logarithms; a
/// stepped number takes up half a step to either side.
struct NumberScale {
  /// On the line.
  let bounds: ClosedRange<Double>
  private let values: ClosedRange<Double>
  private let step: Double?
  private let isLogarithmic: Bool

  init(_ values: ClosedRange<Double>, step: Double?, isLogarithmic: Bool) {
    self.values = values
    self.step = step
    self.isLogarithmic = isLogarithmic
    let half = (step ?? 0) / 2
    let (low, high) = (values.lowerBound - half, values.upperBound + half)
    bounds = isLogarithmic ? log(low)...log(high) : low...high
  }

  func coordinate(_ value: Double) -> Double { isLogarithmic ? log(value) : value }

  /// A number's own place, or for a stepped one what lies around it.
  func interval(around value: Double) -> ClosedRange<Double> {
    let half = (step ?? 0) / 2
    return coordinate(value - half)...coordinate(value + half)
  }

  func value(at coordinate: Double) -> Double {
    var value = isLogarithmic ? exp(coordinate) : coordinate
    if let step { value = values.lowerBound + ((value - values.lowerBound) / step).rounded() * step }
    return min(max(value, values.lowerBound), values.upperBound)
  }
}
