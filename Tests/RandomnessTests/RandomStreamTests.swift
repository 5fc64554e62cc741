import Randomness
import Testing

private let stream = RandomStream(seed: 7, purpose: "noise")

private func filled(_ count: Int, by fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> [Float] {
  [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
    fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    initialized = count
  }
}

@Suite struct RandomStreamTests {
  @Test func `the key is the beginning of SHA-256 of seed, purpose and name`() {
    // printf '7/noise/' | sha256sum and printf '7/weights/conv_in.weight' | sha256sum
    #expect(stream.key == SIMD2(0xFC2C_312F, 0xA821_6343))
    #expect(RandomStream(seed: 7, purpose: "weights", name: "conv_in.weight").key == SIMD2(0x0266_8017, 0x9E52_3485))
  }

  @Test func `the counter is block, index, epoch, 0`() {
    let block = Philox4x32.block(counter: SIMD4(2, 5, 3, 0), key: stream.key)
    #expect((8..<12).map { stream.bits(epoch: 3, index: 5, element: $0) } == (0..<4).map { block[$0] })
  }

  @Test(arguments: [0, 1, 2, 3, 4, 7, 1023])
  func `filling equals drawing element by element`(count: Int) {
    let normal = filled(count) { stream.fillNormal($0, epoch: 3, index: 5) }
    #expect(normal == (0..<count).map { stream.normal(epoch: 3, index: 5, element: $0) })
    let uniform = filled(count) { stream.fillUniform($0, epoch: 3, index: 5) }
    #expect(
      uniform
        == (0..<count).map {
          Float((stream.uniform(epoch: 3, index: 5, element: $0) * 0x1p24).rounded(.down) * 0x1p-24)
        })
  }

  @Test func `normal draws have the normal distribution's moments and tails`() {
    let count = 400_000
    let draws = filled(count) { stream.fillNormal($0) }.map(Double.init)
    func mean(_ transform: (Double) -> Double) -> Double { draws.reduce(0) { $0 + transform($1) } / Double(count) }
    // Five standard errors each: Var x = 1, Var x² = 2, Var x³ = 15, Var x⁴ = 96.
    let standardError = 1 / Double(count).squareRoot()
    #expect(abs(mean { $0 }) < 5 * standardError)
    #expect(abs(mean { $0 * $0 } - 1) < 5 * 2.0.squareRoot() * standardError)
    #expect(abs(mean { $0 * $0 * $0 }) < 5 * 15.0.squareRoot() * standardError)
    #expect(abs(mean { $0 * $0 * $0 * $0 } - 3) < 5 * 96.0.squareRoot() * standardError)
    // P(|x| > 1.96) = 0.0499958
    #expect(abs(mean { abs($0) > 1.959964 ? 1 : 0 } - 0.05) < 5 * (0.05 * 0.95).squareRoot() * standardError)
    let pairs = zip(draws, draws.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    #expect(abs(pairs) < 5 * standardError)
  }

  @Test func `uniform draws fill every twentieth alike`() {
    let count = 100_000
    var counts = [Int](repeating: 0, count: 20)
    for value in filled(count, by: { stream.fillUniform($0) }) { counts[Int(value * 20)] += 1 }
    let expected = Double(count) / 20
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // 19 degrees of freedom: exceeded by chance once in ten thousand.
    #expect(chiSquare < 52)
  }

  @Test func `whole numbers reach every value below the bound and no other`() {
    let draws = (0..<1000).map { stream.integer(below: 7, element: $0) }
    #expect(Set(draws) == Set(0..<7))
    #expect((0..<10).allSatisfy { stream.integer(below: 1, element: $0) == 0 })
    #expect((0..<10).allSatisfy { stream.integer(below: 1 << 32, element: $0) == Int(stream.bits(element: $0)) })
  }

  @Test func `another seed, purpose, name, epoch or index is another stream`() {
    let streams = [
      RandomStream(seed: 7, purpose: "noise", name: "a"), RandomStream(seed: 7, purpose: "noise", name: "b"),
      RandomStream(seed: 8, purpose: "noise", name: "a"), RandomStream(seed: 7, purpose: "order", name: "a"),
    ]
    let words = streams.flatMap { stream in
      [(0, 0), (1, 0), (0, 1)].map { stream.bits(epoch: $0.0, index: $0.1) }
    }
    #expect(Set(words).count == words.count)
  }

  @Test(arguments: [0, 1, 2, 5, 1000])
  func `a permutation holds every number once`(count: Int) {
    #expect(stream.permutation(of: count).sorted() == Array(0..<count))
  }

  @Test func `every permutation of three is as likely as the others`() {
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<6000 { counts[stream.permutation(of: 3, epoch: epoch), default: 0] += 1 }
    #expect(counts.count == 6)
    // Five standard deviations of a binomial count of mean 1000.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }
}
