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
