import Foundation
import Yams

/// Reads what one entry of `sweep.parameters` varies over: `values`, `value`, or a distribution by the name that Weights
/// & Biases' sweeps have for it.
struct DistributionReader {
  let source: YAMLSource
  /// The setting's path.
  let path: String

  static let names = [
    "constant", "categorical", "int_uniform", "uniform", "q_uniform", "log_uniform", "log_uniform_values",
    "q_log_uniform", "q_log_uniform_values", "inv_log_uniform", "inv_log_uniform_values", "normal", "q_normal",
    "log_normal", "q_log_normal", "beta", "q_beta",
  ]

  /// Keys of an entry that belong to distributions of numbers.
  static let numberKeys = ["min", "max", "mu", "sigma", "q", "a", "b"]

  typealias Members = [String: (key: Node, value: Node)]

  /// - Parameters:
  ///   - name: nil where it follows from `min` and `max`.
  ///   - members: the entry's keys but `distribution`.
  func read(_ name: String?, _ members: Members, at place: Place) throws -> Distribution {
    guard let type = Schema.field(path)?.type, type.isNumber else {
      throw place.error("\(path) is no number, so it has no distribution; give it `values`")
    }
    let name = try name ?? usual(members, at: place)
    let base = name.hasPrefix("q_") ? String(name.dropFirst(2)) : name
    let keys = (Self.keys[base] ?? []) + (name.hasPrefix("q_") ? ["q"] : [])
    for (key, member) in members.sorted(by: { $0.key < $1.key }) where !keys.contains(key) {
      throw source.place(member.key).error(
        "`\(key)` does not belong to \(name), which takes \(keys.map { "`\($0)`" }.joined(separator: " and "))")
    }
    let step = name.hasPrefix("q_") ? try number("q", members, default: 1, above: 0) : nil
    let distribution = Distribution(law: try law(base, members, at: place), step: base == "int_uniform" ? 1 : step)
    try check(distribution, name, type, members, at: place)
    return distribution
  }

  private static let keys: [String: [String]] = [
    "int_uniform": ["min", "max"], "uniform": ["min", "max"], "log_uniform": ["min", "max"],
    "log_uniform_values": ["min", "max"], "inv_log_uniform": ["min", "max"], "inv_log_uniform_values": ["min", "max"],
    "normal": ["mu", "sigma"], "log_normal": ["mu", "sigma"], "beta": ["a", "b"],
  ]

  private func usual(_ members: Members, at place: Place) throws -> String {
    guard let min = members["min"]?.value, let max = members["max"]?.value else {
      throw place.error("\(path) needs `values`, or `min` and `max`, or a `distribution`")
    }
    let areIntegers = [min, max].allSatisfy { $0.plainText.flatMap(Node.integer) != nil }
    return areIntegers ? "int_uniform" : "uniform"
  }

  private func law(_ name: String, _ members: Members, at place: Place) throws -> Distribution.Law {
    switch name {
    case "int_uniform":
      let (low, high) = try bounds(members, at: place)
      guard let lower = Int(exactly: low), let upper = Int(exactly: high) else {
        throw place.error("int_uniform needs integers as `min` and `max`")
      }
      return .integers(lower...upper)
    case "uniform":
      let (low, high) = try bounds(members, at: place)
      return .uniform(low...high)
    case "log_uniform":
      let (low, high) = try bounds(members, at: place)
      return .logarithmic(exp(low)...exp(high))
    case "inv_log_uniform":
      let (low, high) = try bounds(members, at: place)
      return .logarithmic(exp(-high)...exp(-low))
    case "log_uniform_values", "inv_log_uniform_values":
      let (low, high) = try bounds(members, at: place)
      guard low > 0 else {
        throw source.place(members["min"]?.value ?? Node("")).error("\(name) needs a `min` above 0")
      }
      return .logarithmic(low...high)
    case "normal", "log_normal":
      let (mean, deviation) = (
        try number("mu", members, default: 0), try number("sigma", members, default: 1, above: 0)
      )
      return name == "normal"
        ? .normal(mean: mean, deviation: deviation) : .logNormal(mean: mean, deviation: deviation)
    default:
      return .beta(try number("a", members, default: 1, above: 0), try number("b", members, default: 1, above: 0))
    }
  }

  private func bounds(_ members: Members, at place: Place) throws -> (Double, Double) {
    for key in ["min", "max"] where members[key] == nil { throw place.error("\(path) needs a `\(key)`") }
    let (low, high) = (try number("min", members), try number("max", members))
    guard low < high else {
      throw source.place(members["max"]?.value ?? Node("")).error(
        "`max` of \(path) is \(high.short), and must be above `min`, \(low.short)")
    }
    return (low, high)
  }

  private func number(
    _ key: String, _ members: Members, default: Double = 0, above least: Double? = nil
  ) throws -> Double {
    guard let node = members[key]?.value else { return `default` }
    guard let value = node.plainText.flatMap(Node.number), value.isFinite else {
      throw source.place(node).error("`\(key)` of \(path) must be a number, not \(node.summary)")
    }
    if let least, value <= least {
      throw source.place(node).error("`\(key)` of \(path) must be above \(least.short), not \(value.short)")
    }
    return value
  }

  /// What is drawn has to be a value that the setting takes.
  private func check(
    _ distribution: Distribution, _ name: String, _ type: FieldType, _ members: Members, at place: Place
  ) throws {
    let isWhole = distribution.step.map { $0 == $0.rounded() } ?? false
    if type.isInteger, !isWhole {
      throw place.error(
        "\(path) must be \(type), and \(name) draws numbers that are none",
        suggestion: name.hasPrefix("q_") ? "q: 1" : name == "uniform" ? "int_uniform" : "q_\(name)")
    }
    guard let bounds = distribution.bounds else { return }
    for (key, bound) in [("min", bounds.lowerBound), ("max", bounds.upperBound)] where !type.takes(bound) {
      throw source.place(members[key]?.value ?? Node("")).error(
        "\(path) must be \(type), and \(name) comes to \(bound.short)")
    }
  }
}

extension FieldType {
  var isNumber: Bool {
    switch self {
    case .integer, .number: true
    case .optional(let type): type.isNumber
    default: false
    }
  }

  /// Whether a number may stand there.
  func takes(_ number: Double) -> Bool {
    switch self {
    case .integer(let range): Int(exactly: number).map(range.contains) ?? false
    case .number(let range): range.contains(number)
    case .optional(let type): type.takes(number)
    default: false
    }
  }
}
