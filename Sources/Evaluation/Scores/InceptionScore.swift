import Foundation
public import Torch

/// exp of the mean Kullback–Leibler divergence of p(class | picture) from p(class) (Salimans et al. 2016, section 4),
/// over parts of the pictures that follow one another, as torchmetrics has it.
public struct InceptionScore: Equatable, Sendable {
  /// Over the parts.
  public let mean: Double
  /// Over the parts.
  public let standardDeviation: Double

  public static let parts = 10

  /// - Parameter logits: [n, classes]; n is at least 2.
  public init(logits: Tensor) {
    let (n, classes) = (logits.extent(0), logits.extent(1))
    let logs = logits.to(.float64).logSoftmax().values(as: Double.self)
    let size = (n + Self.parts - 1) / Self.parts
    let scores = stride(from: 0, to: n, by: size).map { first in
      Self.score(logs[first * classes..<min(first + size, n) * classes], classes: classes)
    }
    let mean = scores.reduce(0, +) / Double(scores.count)
    self.mean = mean
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = (squares / Double(scores.count - 1)).squareRoot()
  }

  /// - Parameter logs: log p(class | picture), row by row.
  private static func score(_ logs: ArraySlice<Double>, classes: Int) -> Double {
    let count = Double(logs.count / classes)
    var marginal = [Double](repeating: 0, count: classes)
    for (place, log) in logs.enumerated() { marginal[place % classes] += exp(log) / count }
    let marginalLogs = marginal.map { log($0) }
    let divergence = logs.enumerated().reduce(0.0) { sum, element in
      let p = exp(element.element)
      return p > 0 ? sum + p * (element.element - marginalLogs[element.offset % classes]) : sum
    }
    return exp(divergence / count)
  }
}

/// The share of pictures whose greatest logit is that of the class asked for. Shape: [n, classes].
public func classAccuracy(logits: Tensor, labels: [Int]) -> Double {
  let best = (logits * -1).smallest(1).columns.values(as: Int64.self)
  return Double(zip(best, labels).count { Int($0) == $1 }) / Double(labels.count)
}
