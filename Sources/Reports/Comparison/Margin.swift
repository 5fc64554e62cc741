import Experiments
import Foundation

/// δ: how far apart two groups may be and still count as the same.
public struct Margin: Equatable, Sendable {
  /// As a person writes it: a number in the metric's own unit, or a share of the baseline's mean.
  private enum Width: Equatable, Sendable {
    case absolute(Double)
    case percent(Double)
  }

  private var usual = Width.percent(1)
  private var isUsual = true
  private var byMetric: [(name: String, width: Width)] = []

  /// 1 % of the baseline's mean.
  public init() {}

  /// `texts`: `0.001` or `2%`, for all metrics, or `kid=0.002` for one. Throws `InputError` where one is neither.
  public init(_ texts: [String]) throws {
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let width = try Self.width(parts.last ?? "", in: text)
      if parts.count == 2 {
        byMetric.append((parts[0], width))
      } else {
        usual = width
        isUsual = false
      }
    }
  }

  public static func == (first: Margin, second: Margin) -> Bool {
    first.usual == second.usual && first.byMetric.map(\.name) == second.byMetric.map(\.name)
      && first.byMetric.map(\.width) == second.byMetric.map(\.width)
  }

  private static func width(_ number: String, in text: String) throws -> Width {
    let isPercent = number.hasSuffix("%")
    guard let value = Double(isPercent ? String(number.dropLast()) : number), value >= 0, value.isFinite else {
      throw InputError("the margin '\(text)' is none: it is written 0.001, 2% or kid=0.002")
    }
    return isPercent ? .percent(value) : .absolute(value)
  }

  /// Names of metrics, as they were written.
  var names: [String] { byMetric.map(\.name) }

  private func width(of metric: String) -> Width {
    byMetric.last { metric == $0.name || metric.hasSuffix(".\($0.name)") }?.width ?? usual
  }

  func delta(of metric: String, baseline: Double?) -> Double {
    switch width(of: metric) {
    case .absolute(let delta): return delta
    case .percent(let share):
      let delta = abs(baseline ?? .nan) * share / 100
      return delta.isFinite ? delta : 0
    }
  }

  /// What a person reads of it below a table.
  func text(of metric: String) -> String {
    switch width(of: metric) {
    case .absolute(let delta): delta.readable
    case .percent(let share):
      "\(share.readable) % of the baseline's mean" + (isUsual && byMetric.isEmpty ? " (--delta)" : "")
    }
  }
}
