import Foundation
import Testing

@testable import Experiments

@Suite struct `A tree-structured Parzen estimator` {
  struct Golden: Decodable {
    struct Density: Decodable {
      let observations: [[Double]]
      let points: [[Double]]
      let logDensity: [Double]
    }

    struct Quartiles: Decodable {
      let tpe: [Double]
      let random: [Double]
    }

    let trials: Int
    let densities: [Density]
    let functions: [String: Quartiles]
  }

  @Test func `has the densities of Optuna's, of every kind of number`() throws {
    let space: [SearchDimension] = [
      .number(-2...3, step: nil, isLogarithmic: false), .number(1e-4...1, step: nil, isLogarithmic: true),
      .number(2...11, step: 1, isLogarithmic: false), .number(1...200, step: 1, isLogarithmic: true),
      .choice([1.0 / 3, 1.0 / 3, 1.0 / 3]),
    ]
    for density in try golden("tpe.json", as: Golden.self).densities {
      let estimator = ParzenEstimator(space, observations: density.observations)
      for (point, expected) in zip(density.points, density.logDensity) {
        let found = estimator.logDensity(point)
        // Optuna approximates far tails: arithmetic of 40 digits differs from it by up to 4.2e-5, as this does.
        #expect(abs(found - expected) < 1e-4, "\(density.observations.count) observations")
      }
    }
  }

  @Test func `draws points as dense as it says`() {
    let observations: [[Double]] = [[1, 0], [2, 0], [2.5, 1], [9, 0]]
    let space: [SearchDimension] = [.number(0...10, step: nil, isLogarithmic: false), .choice([0.5, 0.5])]
    let estimator = ParzenEstimator(space, observations: observations)
    var draws = SearchDraws(seed: 5, trial: 0, attempt: 0)
    let points = (0..<4000).map { _ in estimator.sample(&draws) }
    // The density over [0, 3] × {0}, by Simpson's rule.
    let n = 300
    let mass =
      (0...n).reduce(0.0) { sum, i in
        let weight = i == 0 || i == n ? 1.0 : i % 2 == 1 ? 4 : 2
        return sum + weight * exp(estimator.logDensity([3 * Double(i) / Double(n), 0]))
      } * 3 / Double(n) / 3
    let share = Double(points.count { $0[0] <= 3 && $0[1] == 0 }) / 4000
    #expect(abs(share - mass) < 0.025, "\(share) and not \(mass)")
  }

  /// A test function: its axes, as a sweep block has them, and its value.
  private struct Function: Sendable {
    let axes: [SearchDimension]
    let value: @Sendable ([Double]) -> Double
  }

  private static func range(_ low: Double, _ high: Double) -> SearchDimension {
    .number(low...high, step: nil, isLogarithmic: false)
  }

  private static let functions: [String: Function] = [
    "sphere": Function(axes: Array(repeating: range(-5, 5), count: 3)) { $0.reduce(0) { $0 + $1 * $1 } },
    "branin": Function(axes: [range(-5, 10), range(0, 15)]) { point in
      let (x, y) = (point[0], point[1])
      let a = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
      return a * a + 10 * (1 - 1 / (8 * Double.pi)) * cos(x) + 10
    },
    "rosenbrock": Function(axes: [range(-2, 2), range(-1, 3)]) { point in
      pow(1 - point[0], 2) + 100 * pow(point[1] - point[0] * point[0], 2)
    },
    "mixed": Function(
      axes: [
        .choice([0.25, 0.25, 0.25, 0.25]), .number(1...20, step: 1, isLogarithmic: false),
        .number(1e-6...1, step: nil, isLogarithmic: true),
      ]
    ) { [0, 0.3, 1, 0.6][Int($0[0])] + pow(($0[1] - 13) / 5, 2) + pow(log10($0[2]) + 3, 2) },
  ]

  private func best(_ function: Function, trials: Int, seed: Int) -> Double {
    let search = TreeParzenEstimator(dimensions: function.axes, seed: seed)
    let prior = ParzenEstimator(function.axes, observations: [])
    var history: [TreeParzenEstimator.Trial] = []
    var best = Double.infinity
    for trial in 0..<trials {
      var draws = SearchDraws(seed: seed, trial: trial, attempt: 1)
      let uniform = function.axes.map { dimension -> Double in
        switch dimension {
        case .choice(let shares): return (draws.uniform() * Double(shares.count)).rounded(.down)
        case .number(let range, let step, let isLogarithmic):
          let scale = NumberScale(range, step: step, isLogarithmic: isLogarithmic)
          let (low, high) = (scale.bounds.lowerBound, scale.bounds.upperBound)
          return scale.value(at: low + draws.uniform() * (high - low))
        }
      }
      let point = search.proposals(trial: trial, after: history, attempt: 0).first ?? uniform
      #expect(prior.logDensity(point).isFinite)
      let value = function.value(point)
      best = min(best, value)
      history.append(.init(point: point, outcome: .finished(loss: value)))
    }
    return best
  }

  @Test(arguments: ["sphere", "branin", "rosenbrock", "mixed"])
  func `comes as near to the least value as Optuna's: its median is no worse than their upper quartile`(
    name: String
  ) throws {
    let golden = try golden("tpe.json", as: Golden.self)
    let quartiles = try #require(golden.functions[name])
    let function = try #require(Self.functions[name])
    let found = (0..<40).map { best(function, trials: golden.trials, seed: $0) }.sorted()
    let median = (found[19] + found[20]) / 2
    #expect(median <= quartiles.tpe[2], "\(name): median \(median), Optuna's quartiles \(quartiles.tpe)")
    #expect(median < quartiles.random[1])
  }

  @Test func `learns from runs left early, the longer ones before the shorter, and nothing from failed ones`() {
    let space: [SearchDimension] = [.choice(Array(repeating: 0.2, count: 5))]
    func history(_ outcomes: [TrialOutcome]) -> [TreeParzenEstimator.Trial] {
      outcomes.enumerated().map { .init(point: [Double($0 % 5)], outcome: $1) }
    }
    let search = TreeParzenEstimator(dimensions: space, seed: 0)
    let nine = Array(repeating: TrialOutcome.stopped(epochs: 1, loss: 1), count: 9)
    #expect(search.proposals(trial: 10, after: history(nine + [.failed, .running]), attempt: 0).isEmpty)
    // Of eleven, two are good: the one that finished, whatever it came to, and the one that went furthest.
    var outcomes = Array(repeating: TrialOutcome.stopped(epochs: 1, loss: 0.1), count: 25)
    outcomes[3] = .finished(loss: 9)
    outcomes[8] = .stopped(epochs: 4, loss: 5)
    outcomes[13] = .stopped(epochs: 4, loss: 4)
    let best = search.proposals(trial: 25, after: history(outcomes), attempt: 0)[0]
    #expect(best == [3])
  }
}
