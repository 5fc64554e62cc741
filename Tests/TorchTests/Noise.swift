import Torch

/// Numbers in −scale..<scale that come again.
func noise(_ shape: [Int], seed: UInt64, scale: Float = 1) -> Tensor {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  let values = (0..<shape.reduce(1, *)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Float(state >> 40) / Float(1 << 23) - 1) * scale
  }
  return Tensor(values, shape: shape)
}

/// How far `some` is from `exact`, as a part of the largest of `exact`.
func distance(_ some: [Double], from exact: [Double]) -> Double {
  guard some.count == exact.count, let scale = exact.map(abs).max(), scale > 0 else { return .infinity }
  return zip(some, exact).map { abs($0 - $1) / scale }.max() ?? .infinity
}

/// Whole numbers that come again, for shapes that nobody chose (Steele, Lea & Flood 2014, SplitMix64).
struct Draws: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func callAsFunction(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  /// `count` values, each made with draws of its own.
  static func make<Value>(_ count: Int, _ body: (inout Draws) -> Value) -> [Value] {
    (1...count).map { seed in
      var draws = Draws(seed: UInt64(seed))
      return body(&draws)
    }
  }
}
