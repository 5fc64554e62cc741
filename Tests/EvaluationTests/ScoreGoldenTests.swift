import Testing
import Torch

@testable import Evaluation

/// Scores of given features against scipy, scikit-learn, torchmetrics and prdc.
struct ScoreGoldenTests {
  struct Case: Decodable {
    var generated: [[Double]]
    var reference: [[Double]]
    var logits: [[Double]]
    var labels: [Int]
    var fid: Double
    var kid: Double
    var kidStandardError: Double
    var density: Double
    var coverage: Double
    var inceptionScore: Double
    var inceptionScoreStandardDeviation: Double
    var classAccuracy: Double
  }

  struct Neighbours: Decodable {
    var pictures: [UInt8]
    var others: [UInt8]
    var distances: [Double]
    var indices: [Int]
  }

  private func expectEqual(_ value: Double, _ wanted: Double, within tolerance: Double, _ what: String) {
    #expect(abs(value - wanted) <= tolerance * max(1, abs(wanted)), "\(what): \(value) and not \(wanted)")
  }

  @Test func `FID is torchmetrics' and scipy's`() throws {
    for golden in try decodeGolden("scores.json", as: [Case].self) {
      expectEqual(frechetDistance(matrix(golden.generated), matrix(golden.reference)), golden.fid, within: 1e-6, "fid")
    }
  }

  @Test func `KID is scikit-learn's, and its error that of the blocks left out one by one`() throws {
    for golden in try decodeGolden("scores.json", as: [Case].self) {
      let distance = KernelDistance(matrix(golden.generated), matrix(golden.reference))
      expectEqual(distance.value, golden.kid, within: 1e-9, "kid")
      expectEqual(distance.standardError, golden.kidStandardError, within: 1e-9, "standard error")
    }
  }

  @Test func `the inception score is torchmetrics', and the accuracy scikit-learn's`() throws {
    for golden in try decodeGolden("scores.json", as: [Case].self) {
      let score = InceptionScore(logits: matrix(golden.logits))
      expectEqual(score.mean, golden.inceptionScore, within: 1e-6, "inception score")
      expectEqual(
        score.standardDeviation, golden.inceptionScoreStandardDeviation, within: 1e-6, "standard deviation")
      #expect(classAccuracy(logits: matrix(golden.logits), labels: golden.labels) == golden.classAccuracy)
    }
  }

  @Test func `density and coverage are those of prdc, Naeem et al.'s own`() throws {
    for golden in try decodeGolden("scores.json", as: [Case].self) {
      let scores = DensityAndCoverage(generated: matrix(golden.generated), reference: matrix(golden.reference))
      expectEqual(scores.density, golden.density, within: 1e-12, "density")
      expectEqual(scores.coverage, golden.coverage, within: 1e-12, "coverage")
    }
  }

  @Test func `nearest neighbours are scikit-learn's, and a copy is at distance 0`() throws {
    let golden = try decodeGolden("neighbours.json", as: Neighbours.self)
    let neighbours = NearestNeighbours(of: smallPictures(golden.pictures), among: smallPictures(golden.others))
    #expect(neighbours.indices == golden.indices)
    for (distance, wanted) in zip(neighbours.distances, golden.distances) {
      expectEqual(distance, wanted, within: 1e-9, "distance")
    }
    #expect(neighbours.distances[3] == 0 && neighbours.indices[3] == 7)
    #expect(neighbours.closest(2) == [3, 5])
    let sorted = golden.distances.sorted()
    expectEqual(try #require(neighbours.median), (sorted[5] + sorted[6]) / 2, within: 1e-9, "median")
  }
}
