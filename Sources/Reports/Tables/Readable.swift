public import Experiments
import Foundation

extension Value {
  /// As a person writes it in an experiment file: text without quotes, `none` for null, numbers without a needless
  /// `.0`.
  public var readable: String {
    switch self {
    case .null: "none"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): value.readable
    case .string(let value): value
    case .list(let values): "[" + values.map(\.readable).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0.key): \($0.value.readable)" }.joined(separator: ", ") + "}"
    }
  }
}

extension Double {
  /// Every digit that tells it from its neighbours, without a needless `.0`.
  var readable: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Rounded to `digits` significant digits, never in fewer than its integer part has.
  func rounded(significant digits: Int) -> String {
    guard isFinite, self != 0 else { return readable }
    return fixed(decimals: decimals(significant: digits))
  }

  /// How many decimals show `digits` significant digits of it.
  func decimals(significant digits: Int) -> Int {
    guard isFinite, self != 0 else { return 0 }
    return min(max(0, digits - 1 - Int(log10(abs(self)).rounded(.down))), 12)
  }

  func fixed(decimals: Int) -> String {
    isFinite ? String(format: "%.\(decimals)f", self) : readable
  }
}

/// Seconds as a person says them: `4 ms`, `0.42 s`, `12 s`, `3 min 20 s`, `2 h 05 min`.
public func readableDuration(seconds: Double) -> String {
  guard seconds.isFinite else { return seconds.readable }
  if seconds < 0.1 { return "\(Int((seconds * 1000).rounded())) ms" }
  if seconds < 10 { return "\(seconds.rounded(significant: 2)) s" }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
