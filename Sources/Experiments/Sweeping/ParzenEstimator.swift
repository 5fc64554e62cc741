import Foundation

/// One direction of what a search can choose.
enum SearchDimension: Equatable, Sendable {
  /// Of so many choices, each with its probability before anything is known.
  case choice([Double])
  /// Between the bounds; multiples of `step` from the lower one on, where there is one.
  case number(ClosedRange<Double>, step: Double?, isLogarithmic: Bool)
}

/// A density estimated from observed points: a mixture of a kernel around each and of one as wide as the space, the
/// prior. Bergstra et al., *Algorithms for hyper-parameter optimization* (2011), section 4; all dimensions of a kernel
/// together, as Falkner et al., *BOHB* (2018); widths and weights are the defaults of Optuna's `TPESampler`.
struct ParzenEstimator {
  /// A coordinate of a point: the number, or a choice's index.
  typealias Point = [Double]

  private enum Kernels {
    /// For each kernel the probability of each choice.
    case choices([[Double]])
    case numbers([TruncatedNormal], NumberScale)
  }

  /// For each dimension, in the order of the observations, the prior last.
  private let kernels: [Kernels]
  private let logWeights: [Double]
  private let weights: [Double]

  /// - Parameter observations: the oldest first; older ones count less where there are 25 or more.
  init(_ dimensions: [SearchDimension], observations: [Point]) {
    let raw = Self.weights(observations.count) + [1]
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
    logWeights = weights.map { log($0) }
    kernels = dimensions.enumerated().map { index, dimension in
      let coordinates = observations.map { $0[index] }
      switch dimension {
      case .choice(let prior): return .choices(Self.kernels(coordinates.map { Int($0) }, prior))
      case .number(let range, let step, let isLogarithmic):
        let scale = NumberScale(range, step: step, isLogarithmic: isLogarithmic)
        return .numbers(Self.kernels(coordinates, scale), scale)
      }
    }
  }

  /// The logarithm of the density, in the logarithm of a logarithmic dimension; of stepped numbers, of the probability.
  func logDensity(_ point: Point) -> Double {
    var terms = logWeights
    for (index, kernels) in kernels.enumerated() {
      switch kernels {
      case .choices(let probabilities):
        let choice = Int(point[index])
        for kernel in terms.indices { terms[kernel] += log(probabilities[kernel][choice]) }
      case .numbers(let normals, let scale):
        let interval = scale.interval(around: point[index])
        for kernel in terms.indices { terms[kernel] += normals[kernel].logDensity(interval) }
      }
    }
    let greatest = terms.max() ?? 0
    guard greatest.isFinite else { return greatest }
    return greatest + log(terms.reduce(0) { $0 + exp($1 - greatest) })
  }

  /// A point drawn from the density.
  func sample(_ draws: inout SearchDraws) -> Point {
    let kernel = index(of: draws.uniform(), among: weights)
    return kernels.map { kernels in
      switch kernels {
      case .choices(let probabilities): Double(index(of: draws.uniform(), among: probabilities[kernel]))
      case .numbers(let normals, let scale): scale.value(at: normals[kernel].sample(&draws))
      }
    }
  }

  /// Of the last 25 observations 1, of those before them less the older they are.
  private static func weights(_ count: Int) -> [Double] {
    let ramp = max(0, count - 25)
    let least = 1 / Double(count)
    let slope = ramp > 1 ? (1 - least) / Double(ramp - 1) : 0
    return (0..<count).map { $0 < ramp ? least + slope * Double($0) : 1 }
  }

  private static func kernels(_ observed: [Int], _ prior: [Double]) -> [[Double]] {
    let strength = Double(prior.count) / Double(observed.count + 1)
    let kernels = observed.map { choice in
      prior.indices.map { (prior[$0] * strength + ($0 == choice ? 1 : 0)) / (strength + 1) }
    }
    return kernels + [prior]
  }

  /// Each as wide as the farther of its neighbours is away, the outermost as their only neighbour, within limits.
  private static func kernels(_ observed: [Double], _ scale: NumberScale) -> [TruncatedNormal] {
    let (low, high) = (scale.bounds.lowerBound, scale.bounds.upperBound)
    let width = high - low
    let centres = observed.map(scale.coordinate)
    let order = centres.indices.sorted { (centres[$0], $0) < (centres[$1], $1) }
    let narrowest = width / min(100, Double(centres.count + 2))
    var deviations = centres
    for (rank, index) in order.enumerated() {
      let below = rank > 0 ? centres[index] - centres[order[rank - 1]] : nil
      let above = rank + 1 < order.count ? centres[order[rank + 1]] - centres[index] : nil
      let farther =
        below == nil && above == nil ? max(centres[index] - low, high - centres[index]) : max(below ?? 0, above ?? 0)
      deviations[index] = min(max(farther, narrowest), width)
    }
    return zip(centres, deviations).map { TruncatedNormal(mean: $0, deviation: $1, within: scale.bounds) }
      + [TruncatedNormal(mean: (low + high) / 2, deviation: width, within: scale.bounds)]
  }
}
