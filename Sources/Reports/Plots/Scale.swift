import Foundation

/// Where values lie along an axis.
struct Scale {
  let range: ClosedRange<Double>
  let isLogarithmic: Bool
  /// Where the ends lie, in pixels.
  let from: Double
  let to: Double

  /// Logarithmic where all values are positive and the greatest is ten times the least or more, if `mayBeLogarithmic`.
  /// `padding`: room at each end, as a share of the range.
  init(
    _ values: [Double], from: Double, to: Double, mayBeLogarithmic: Bool = false, padding: Double = 0.04
  ) {
    let finite = values.filter(\.isFinite)
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    isLogarithmic = mayBeLogarithmic && low > 0 && high >= 10 * low
    if low == high {
      low -= low == 0 ? 1 : abs(low) * 0.05
      high += high == 0 ? 1 : abs(high) * 0.05
    }
    if isLogarithmic {
      let room = pow(high / low, padding)
      range = (low / room)...(high * room)
    } else {
      let room = (high - low) * padding
      range = (low - room)...(high + room)
    }
    (self.from, self.to) = (from, to)
  }

  func callAsFunction(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
      : (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return from + (to - from) * share
  }

  /// Round values within the range with their labels, about `count` of them.
  func ticks(_ count: Int) -> [(value: Double, label: String)] {
    let values = isLogarithmic ? logarithmicTicks : linearTicks(count)
    if isLogarithmic { return values.map { ($0, $0.rounded(significant: 1)) } }
    let step = values.count > 1 ? values[1] - values[0] : 1
    let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
    return values.map { ($0, $0.fixed(decimals: min(decimals, 12))) }
  }

  private func linearTicks(_ count: Int) -> [Double] {
    let rough = (range.upperBound - range.lowerBound) / Double(max(1, count))
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    // Adding 0 takes the sign off −0.
    return stride(from: first, through: last, by: 1).map { $0 * step + 0 }
  }

  private var logarithmicTicks: [Double] {
    let decades = Int(floor(log10(range.lowerBound)))...Int(ceil(log10(range.upperBound)))
    let ticks = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
    let inside = ticks.filter(range.contains)
    return inside.count > 9 ? inside.filter { log10($0).rounded() == log10($0) } : inside
  }
}
