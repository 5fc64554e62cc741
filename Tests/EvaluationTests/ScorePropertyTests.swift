import Foundation
import Testing
import Torch

@testable import Evaluation

/// What holds of scores whatever the pictures.
struct ScorePropertyTests {
  /// Standard normal, by the golden ratio's multiples and Box–Muller.
  private func normal(_ rows: Int, _ columns: Int, shift: Double = 0, from start: Int = 1) -> Tensor {
    func uniform(_ index: Int) -> Double {
      (Double(index) * 0.618_033_988_749_895 + 1e-9).truncatingRemainder(dividingBy: 1)
    }
    let values = (0..<rows * columns).map { place -> Double in
      let index = start + 37 * place * place % 100_003 + place
      return shift + (-2 * log(uniform(index))).squareRoot() * cos(2 * .pi * uniform(7919 * index + 5))
    }
    return Tensor(values, shape: [rows, columns])
  }

  @Test func `the same sample twice is at no distance, dense and covered`() {
    let x = normal(200, 4)
    #expect(abs(frechetDistance(x, x)) < 1e-9)
    let nearness = DensityAndCoverage(generated: x, reference: x)
    #expect(nearness.coverage == 1)
    #expect(nearness.density > 0.8)
  }

  @Test func `of normal distributions FID comes to the closed form`() {
    // Equal covariances: the squared distance of the means.
    let x = normal(300, 3)
    #expect(abs(frechetDistance(x, x + 2) - 12) < 1e-9)
    // Means apart from scale: |μ(1 − s)|² + Tr(Σ)(1 − s)².
    let scaled = frechetDistance(x, x * 3)
    let mean = x.permuted([1, 0]).contiguous().rowMeans()
    let centred = x - mean
    let variance = centred.square().sum().item() / 299
    #expect(abs(scaled - 4 * (mean.square().sum().item() + variance)) < 1e-6)
  }

  @Test func `pairs in blocks come to what all pairs at once do`() {
    // More pairs than a block of rows holds.
    let (x, y) = (normal(40, 2), normal(150_000, 2, from: 9))
    let distance = Pairs.squaredDistances(x, y).smallest(1).values.values(as: Double.self)
    var blocks: [Range<Int>] = []
    var values: [Double] = []
    Pairs.forEachBlock(rows: 40, columns: 150_000) { rows in
      blocks.append(rows)
      values += Pairs.squaredDistances(x.narrowed(0, rows), y).smallest(1).values.values(as: Double.self)
    }
    #expect(blocks == [0..<27, 27..<40])
    #expect(values == distance)
  }

  @Test func `a uniform guess scores 1, and a sure one over all classes scores their number`() {
    #expect(InceptionScore(logits: .zeros([40, 5], dtype: .float64)).mean == 1)
    let sure = (0..<40).flatMap { row in (0..<4).map { $0 == row % 4 ? 1000.0 : 0 } }
    let score = InceptionScore(logits: Tensor(sure, shape: [40, 4]))
    #expect(abs(score.mean - 4) < 1e-9 && score.standardDeviation < 1e-9)
  }

  @Test(arguments: [(10, [0.5, 0.25, 0.25]), (7, [0.1, 0.9]), (20, [0.333, 0.333, 0.334]), (3, [1.0])])
  func `a label mix keeps its shares to within one picture`(count: Int, shares: [Double]) {
    let labels = labelMix(count: count, shares: shares, seed: 4)
    #expect(labels.count == count)
    for (label, share) in shares.enumerated() {
      #expect(abs(Double(labels.count { $0 == label }) - share * Double(count)) < 1)
    }
  }

  @Test func `a label mix hangs on its seed, and lies in no order`() {
    let shares = [0.2, 0.2, 0.2, 0.2, 0.2]
    let mix = labelMix(count: 100, shares: shares, seed: 1)
    #expect(mix == labelMix(count: 100, shares: shares, seed: 1))
    #expect(mix != labelMix(count: 100, shares: shares, seed: 2))
    #expect(Set(mix.prefix(25)).count == 5)
  }
}
