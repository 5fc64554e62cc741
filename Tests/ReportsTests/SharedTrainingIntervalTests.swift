import Foundation
import Testing

@testable import Reports

/// Two trainings a seed under three samplers, and no cell missing: a split-plot design, whose errors are known in closed
/// form (Cochran and Cox 1957, ch. 7).
@Suite struct SharedTrainingIntervalTests {
  private let seeds = 4
  /// By training, sampler and seed.
  private let values: [[[Double]]] = [
    [[1.2, 3.9, 2.2, 0.4], [1.9, 4.1, 3.3, 1.4], [0.8, 3.1, 2.9, -0.3]],
    [[4.0, 3.2, 5.1, 0.9], [3.5, 3.9, 4.2, 1.8], [4.4, 2.7, 5.6, 0.2]],
  ]

  private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  /// Mean squares of what is left within trainings, and between the trainings of a seed.
  private var errors: (within: Double, between: Double) {
    let cells = [0, 1].map { training in (0..<seeds).map { seed in mean(values[training].map { $0[seed] }) } }
    var (within, between) = (0.0, 0.0)
    for training in 0..<2 {
      for seed in 0..<seeds {
        for sampler in values[training] {
          let residual = sampler[seed] - cells[training][seed] - mean(sampler) + mean(cells[training])
          within += residual * residual
        }
        let ofSeed = mean(cells.map { $0[seed] })
        let residual = cells[training][seed] - ofSeed - mean(cells[training]) + mean(cells.map(mean))
        between += 3 * residual * residual
      }
    }
    return (within / Double(2 * 2 * (seeds - 1)), between / Double(seeds - 1))
  }

  @Test func `comparisons within trainings and between them share the error, each with its own correlation`() throws {
    let means = values.enumerated().flatMap { training, samplers in
      samplers.enumerated().map { sampler, numbers in
        SeedMeans(
          cells: Dictionary(
            uniqueKeysWithValues: numbers.enumerated().map { seed, value in
              (
                seed,
                SeedMeans.Cell(
                  mean: value, stages: ["\(training) \(sampler) \(seed)"], trainings: ["\(training) \(seed)"])
              )
            }))
      }
    }
    let result = try MetricDifferences(
      means, bases: Array(repeating: 0, count: 6), direction: .lowerIsBetter, delta: { _ in 0 })
    func halfWidth(_ group: Int) -> Double? { result.differences[group]?.halfWidth }

    let (within, between) = errors
    let inner = SimultaneousQuantile(
      .baseline(comparisons: 2, correlation: 0.5), degreesOfFreedom: Double(4 * (seeds - 1))
    ).quantile(1 - 0.05 * 2 / 5)
    let near = inner * (2 * within / Double(seeds)).squareRoot()
    for group in 1...2 { #expect(abs(try #require(halfWidth(group)) - near) < 1e-9 * near) }

    // Satterthwaite's degrees of freedom, rounded down.
    let parts = (between / 3, within * 2 / 3)
    let cell = parts.0 + parts.1
    let freedom = cell * cell / (parts.0 * parts.0 / Double(seeds - 1) + parts.1 * parts.1 / Double(4 * (seeds - 1)))
    // Two differences from another training have its own deviation and the baseline's in common.
    let outer = SimultaneousQuantile(
      .baseline(comparisons: 3, correlation: 1 - within / (2 * cell)), degreesOfFreedom: freedom.rounded(.down)
    ).quantile(1 - 0.05 * 3 / 5)
    let far = outer * (2 * cell / Double(seeds)).squareRoot()
    for group in 3...5 { #expect(abs(try #require(halfWidth(group)) - far) < 1e-9 * far) }
  }
}
