import Foundation
import Randomness

/// What a sweep draws numbers from: the distributions of Weights & Biases' sweeps, whose names `DistributionReader` knows.
struct Distribution: Equatable, Sendable {
  enum Law: Equatable, Sendable {
    /// Whole numbers, both ends included; beside `step` 1.
    case integers(ClosedRange<Int>)
    case uniform(ClosedRange<Double>)
    /// The logarithm is uniform; the bounds are the value's own, above 0.
    case logarithmic(ClosedRange<Double>)
    case normal(mean: Double, deviation: Double)
    /// The logarithm is normal, with this mean and deviation.
    case logNormal(mean: Double, deviation: Double)
    /// Within 0…1.
    case beta(Double, Double)
  }

  let law: Law
  /// Draws are rounded to a multiple of it; nil: to six digits, so that a value can be read and written.
  let step: Double?

  /// Draw number `draw` of a stream.
  func value(_ stream: RandomStream, draw: Int) -> Double {
    let value =
      switch law {
      case .integers(let range):
        Double(range.lowerBound) + (stream.double(draw) * Double(range.count)).rounded(.down)
      case .uniform(let range): range.lowerBound + stream.double(draw) * (range.upperBound - range.lowerBound)
      case .logarithmic(let range): exp(log(range.lowerBound) + stream.double(draw) * range.logarithmicWidth)
      case .normal(let mean, let deviation): mean + deviation * Double(stream.normal(index: draw))
      case .logNormal(let mean, let deviation): exp(mean + deviation * Double(stream.normal(index: draw)))
      case .beta(let a, let b): stream.beta(a, b, draw)
      }
    return rounded(value)
  }

  /// As the sweep writes it down, within the bounds.
  func rounded(_ value: Double) -> Double {
    guard step == nil else { return multiple(value) }
    let rounded = value.rounded(toDigits: 6)
    guard let bounds else { return rounded }
    return min(max(rounded, bounds.lowerBound), bounds.upperBound)
  }

  /// Between which draws lie; nil where there are no bounds.
  var bounds: ClosedRange<Double>? {
    switch law {
    case .integers(let range): Double(range.lowerBound)...Double(range.upperBound)
    case .uniform(let range), .logarithmic(let range): multiple(range.lowerBound)...multiple(range.upperBound)
    case .beta: 0...multiple(1)
    case .normal, .logNormal: nil
    }
  }

  private func multiple(_ value: Double) -> Double {
    guard let step else { return value }
    let multiple = (value / step).rounded() * step
    return step == step.rounded() ? multiple : multiple.rounded(toDigits: 12)
  }
}

extension ClosedRange<Double> {
  fileprivate var logarithmicWidth: Double { log(upperBound) - log(lowerBound) }
}

extension Double {
  /// With so many significant digits.
  func rounded(toDigits digits: Int) -> Double {
    Double(String(format: "%.\(digits)g", self)) ?? self
  }
}

extension RandomStream {
  /// A multiple of 2⁻⁵³ in [0, 1).
  fileprivate func double(_ draw: Int) -> Double {
    let (high, low) = (UInt64(bits(index: draw, element: 0)), UInt64(bits(index: draw, element: 1)))
    return Double((high << 32 | low) >> 11) * 0x1p-53
  }

  /// By two draws of the gamma distribution.
  fileprivate func beta(_ a: Double, _ b: Double, _ draw: Int) -> Double {
    let (x, y) = (logGamma(a, draw, epoch: 0), logGamma(b, draw, epoch: 1))
    return 1 / (1 + exp(y - x))
  }

  /// The logarithm of a gamma-distributed draw, which small shapes bring below the least number there is. Marsaglia &
  /// Tsang, *A simple method for generating gamma variables* (2000), with their section 6 for shapes below 1.
  private func logGamma(_ shape: Double, _ draw: Int, epoch: Int) -> Double {
    if shape < 1 {
      let uniform = 1 - uniform(epoch: epoch + 2, index: draw)
      return logGamma(shape + 1, draw, epoch: epoch) + log(uniform) / shape
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    var element = 0
    while true {
      // Four elements apart, so that the normal draw and the uniform one use different words.
      let x = Double(normal(epoch: epoch, index: draw, element: element))
      let uniform = 1 - uniform(epoch: epoch, index: draw, element: element + 4)
      element += 8
      let v = pow(1 + c * x, 3)
      if v > 0, log(uniform) < x * x / 2 + d - d * v + d * log(v) { return log(d * v) }
    }
  }
}
