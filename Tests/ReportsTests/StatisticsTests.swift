import Foundation
import Testing

@testable import Reports

@Suite struct StatisticsTests {
  struct StudentGolden: Decodable {
    let cumulative: [[Double]]
    let quantile: [[Double]]
  }

  struct Sample: Decodable {
    let values: [Double]
    let others: [Double]
    let mean: Double
    let sd: Double
    let low: Double
    let high: Double
    let difference: Double
    let differenceLow: Double
    let differenceHigh: Double
  }

  @Test func `Student's cumulative distribution is scipy's to 1e-10, relative in the tail`() throws {
    let golden = try golden("student-t.json", as: StudentGolden.self)
    #expect(golden.cumulative.count == 210)
    for row in golden.cumulative {
      let value = StudentT(degreesOfFreedom: row[0]).cumulative(row[1])
      #expect(abs(value - row[2]) <= 1e-10 * row[2], "ν \(row[0]), t \(row[1]): \(value) and not \(row[2])")
    }
  }

  @Test func `Student's quantiles are scipy's to 1e-10`() throws {
    let golden = try golden("student-t.json", as: StudentGolden.self)
    #expect(golden.quantile.count == 165)
    for row in golden.quantile {
      let value = StudentT(degreesOfFreedom: row[0]).quantile(row[1])
      #expect(
        abs(value - row[2]) <= 1e-10 * max(1, abs(row[2])), "ν \(row[0]), p \(row[1]): \(value) and not \(row[2])")
    }
  }

  @Test func `quantiles are symmetric and end at infinity`() {
    let t = StudentT(degreesOfFreedom: 4)
    #expect(t.quantile(0.5) == 0)
    #expect(t.quantile(0.25) == -t.quantile(0.75))
    #expect(t.quantile(0) == -.infinity)
    #expect(t.quantile(1) == .infinity)
  }

  @Test func `mean, deviation and interval are scipy's`() throws {
    for sample in try golden("samples.json", as: [Sample].self) {
      let estimate = try #require(Estimate(sample.values))
      let tolerance = 1e-10 * max(abs(sample.mean), sample.high - sample.low)
      #expect(abs(estimate.mean - sample.mean) <= tolerance)
      #expect(abs(try #require(estimate.deviation) - sample.sd) <= tolerance)
      let interval = try #require(estimate.interval)
      #expect(abs(interval.lowerBound - sample.low) <= tolerance)
      #expect(abs(interval.upperBound - sample.high) <= tolerance)
    }
  }

  @Test func `one value has a mean and nothing else, none has no estimate`() throws {
    let one = try #require(Estimate([0.25]))
    #expect(one.mean == 0.25)
    #expect(one.deviation == nil)
    #expect(one.interval == nil)
    #expect(Estimate([]) == nil)
  }

  @Test func `a diverged value is no average`() throws {
    let estimate = try #require(Estimate([0.25, .nan, 0.5]))
    #expect(estimate.mean.isNaN)
    #expect(estimate.interval == nil)
  }
}

/// Reads a file of the folder `Goldens`, as `scripts/golden-statistics.py` wrote it.
func golden<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
  let url = try #require(Bundle.module.url(forResource: "Goldens", withExtension: nil)).appending(path: name)
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: url))
}
