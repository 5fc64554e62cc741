import Experiments
import Foundation

/// What a picture is asked to show: one class, or several by their weights.
public struct LabelMixture: Equatable, Sendable {
  struct Share: Equatable, Sendable {
    /// A class, by its name or, counted from 0, its number.
    var name: String
    /// 0 or more.
    var weight: Double
  }

  let shares: [Share]

  /// Reads `a,b`, one class after the other; `a=0.7,b=0.3`, a mixture; and several of these with `;` between them.
  /// - Throws: `InputError` where a weight is missing, negative or no number, or a class is named twice.
  public static func list(_ text: String) throws -> [LabelMixture] {
    try text.split(separator: ";", omittingEmptySubsequences: false).flatMap { group in
      let parts = group.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard !parts.contains("") else { throw InputError("--labels: a class is missing in '\(text)'") }
      guard parts.contains(where: { $0.contains("=") }) else {
        return parts.map { LabelMixture(shares: [Share(name: $0, weight: 1)]) }
      }
      return [try mixture(of: parts)]
    }
  }

  private static func mixture(of parts: [String]) throws -> LabelMixture {
    let shares = try parts.map { part in
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard sides.count == 2, let weight = Double(sides[1]), weight.isFinite else {
        throw InputError("--labels: '\(part)' isn't a class with its weight, such as \(sides.first ?? "hero")=0.5")
      }
      guard weight >= 0 else { throw InputError("--labels: the weight of '\(sides[0])' is negative") }
      return Share(name: sides[0], weight: weight)
    }
    guard Set(shares.map(\.name)).count == shares.count else {
      throw InputError("--labels: a class stands twice in '\(parts.joined(separator: ","))'")
    }
    return LabelMixture(shares: shares)
  }

  /// What is allowed and probably not meant; nil where there is nothing.
  public var warning: String? {
    let sum = shares.reduce(0) { $0 + $1.weight }
    guard sum != 0, abs(sum - 1) > 0.001 else { return nil }
    let text = shares.map { "\($0.name)=\($0.weight)" }.joined(separator: ",")
    return "the weights of \(text) sum to \((sum * 1000).rounded() / 1000), and those of the labels in training to 1"
  }

  /// The weights of all classes.
  /// - Throws: `InputError` with the nearest name where there is no such class.
  func weights(of classNames: [String]) throws -> [Float] {
    var weights = [Float](repeating: 0, count: classNames.count)
    for share in shares { weights[try index(of: share.name, in: classNames)] += Float(share.weight) }
    return weights
  }

  private func index(of name: String, in classNames: [String]) throws -> Int {
    if let index = classNames.firstIndex(of: name) { return index }
    if let number = Int(name), classNames.indices.contains(number) { return number }
    throw InputError(
      "--labels: there is no class '\(name)'; there are \(classNames.joined(separator: ", "))",
      suggestion: InputError.nearest(to: name, among: classNames))
  }
}
