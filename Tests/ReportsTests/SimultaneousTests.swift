import Foundation
import Testing

@testable import Reports

/// Against scipy and statsmodels: `scripts/golden-statistics.py`.
@Suite struct SimultaneousTests {
  private struct Quantiles: Decodable {
    let baseline: [[Double]]
    let range: [[Double]]
    let f: [[Double]]
  }

  private struct Fit: Decodable {
    let cells: [[Double]]
    let groups: Int
    let residualSum: Double
    let degrees: Int
    let differences: [Double]
    let errors: [Double]
  }

  private struct Analysis: Decodable {
    struct Term: Decodable {
      let axes: [Int]
      let f: Double
      let df: Double
      let dfError: Double
      let p: Double
    }

    let levels: [[Int]]
    let rows: [[Double]]
    let terms: [Term]
  }

  @Test func `quantiles of the greatest t and of the studentized range are scipy's to 1e-6`() throws {
    let golden = try golden("simultaneous.json", as: Quantiles.self)
    #expect(golden.baseline.count == 10 && golden.range.count == 8)
    for row in golden.baseline {
      let kind = SimultaneousQuantile.Kind.baseline(comparisons: Int(row[0]), correlation: row[1])
      let value = SimultaneousQuantile(kind, degreesOfFreedom: row[2]).quantile(row[3])
      #expect(abs(value - row[4]) <= 1e-6 * row[4], "\(row): \(value)")
    }
    for row in golden.range {
      let value = SimultaneousQuantile(.range(groups: Int(row[0])), degreesOfFreedom: row[1]).quantile(row[2])
      #expect(abs(value - row[3]) <= 1e-6 * row[3], "\(row): \(value)")
    }
  }

  private struct Signs: Decodable {
    let base: [Double]
    let groups: [[Double]]
    let means: [Double]
    let halfWidths: [Double]
  }

  @Test func `the bootstrap's intervals are those of all signs that scipy flips`() throws {
    func means(_ values: [Double]) -> SeedMeans {
      SeedMeans(
        cells: Dictionary(
          uniqueKeysWithValues: values.enumerated().map { ($0, .init(mean: $1, stages: [], trainings: [])) }))
    }
    let golden = try golden("signs.json", as: [Signs].self)
    #expect(golden.count == 3)
    for signs in golden {
      let pairs = signs.groups.map { (group: means($0), base: means(signs.base)) }
      let intervals = try #require(try Bootstrap().intervals(of: pairs))
      #expect(intervals.seeds == signs.base.count)
      for (result, expected) in zip(intervals.results, zip(signs.means, signs.halfWidths)) {
        #expect(abs(result.mean - expected.0) < 1e-12)
        #expect(abs(result.halfWidth - expected.1) < 1e-9 * expected.1)
      }
    }
  }

  @Test func `one comparison is Student's, and two groups' range is √2 of it`() {
    for nu in [1.0, 2, 3.7, 20, 1e4] {
      let t = StudentT(degreesOfFreedom: nu).quantile(0.975)
      let one = SimultaneousQuantile(.baseline(comparisons: 1, correlation: 0.5), degreesOfFreedom: nu).quantile(0.95)
      let range = SimultaneousQuantile(.range(groups: 2), degreesOfFreedom: nu).quantile(0.95)
      #expect(abs(one - t) < 1e-8 * t)
      #expect(abs(range - t * 2.0.squareRoot()) < 1e-8 * t)
    }
  }

  @Test func `the tail of Fisher's F is scipy's`() throws {
    for row in try golden("simultaneous.json", as: Quantiles.self).f {
      let value = FisherF(numerator: row[0], denominator: row[1]).tail(row[2])
      #expect(abs(value - row[3]) <= 1e-9 * row[3] + 1e-300, "\(row): \(value)")
    }
  }

  @Test func `fits with missing cells are statsmodels' least squares`() throws {
    for fit in try golden("two-way.json", as: [Fit].self) {
      let cells = fit.cells.map { TwoWayFit.Cell(group: Int($0[0]), block: Int($0[1]), value: $0[2]) }
      let own = TwoWayFit(cells, groups: fit.groups)
      #expect(own.degreesOfFreedom == fit.degrees)
      #expect(abs(own.residualSum - fit.residualSum) < 1e-9 * max(fit.residualSum, 1e-6))
      let square = try #require(own.meanSquare)
      for group in 1..<fit.groups {
        let difference = try #require(own.difference(group, 0))
        #expect(abs(difference.mean - fit.differences[group - 1]) < 1e-9)
        #expect(abs((difference.variance * square).squareRoot() - fit.errors[group - 1]) < 1e-9)
      }
    }
  }

  @Test func `groups that no chain of seeds joins are not compared`() {
    let cells = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 3), (3, 3), (4, 4)].map {
      TwoWayFit.Cell(group: $0.0, block: $0.1, value: Double($0.0 * 10 + $0.1))
    }
    let fit = TwoWayFit(cells, groups: 5)
    #expect(fit.difference(1, 0)?.mean == 10)
    #expect(fit.difference(3, 2)?.mean == 10)
    #expect(fit.difference(2, 0) == nil)
    #expect(fit.difference(4, 0) == nil)
    #expect(fit.degreesOfFreedom == 1)
  }

  @Test func `main effects and interactions are statsmodels' analysis of variance`() throws {
    for analysis in try golden("effects.json", as: [Analysis].self) {
      // Rows come a seed after the other, in the order of the levels.
      let count = analysis.levels.count
      let means = analysis.levels.indices.map { place in
        SeedMeans(
          cells: Dictionary(
            uniqueKeysWithValues: stride(from: place, to: analysis.rows.count, by: count).map { row in
              let (seed, value) = (Int(analysis.rows[row][0]), analysis.rows[row][1])
              return (seed, .init(mean: value, stages: ["\(place) \(seed)"], trainings: []))
            }))
      }
      let effects = try #require(Effects(levels: analysis.levels, means: means))
      #expect(effects.terms.count == analysis.terms.count)
      for wanted in analysis.terms {
        let term = try #require(effects.terms.first { $0.axes == wanted.axes })
        #expect(Double(term.degreesOfFreedom) == wanted.df && Double(term.errorDegreesOfFreedom) == wanted.dfError)
        #expect(abs(try #require(term.f) - wanted.f) < 1e-8 * wanted.f)
        #expect(abs(try #require(term.p) - wanted.p) < 1e-8)
      }
    }
  }
}
