import Testing
import Torch

/// The oracle is libtorch's GELU in float64.
struct GEGLUTests {
  private func results(_ shape: [Int], scale: Float, dtype: DType, given: DType) -> [[Double]] {
    let x = noise(shape, seed: 1, scale: scale).to(given).to(dtype)
    x.requiresGrad = true
    let y = x.geglu()
    #expect(y.shape == shape.dropLast() + [shape[shape.count - 1] / 2] && y.dtype == dtype)
    (y * noise(y.shape, seed: 2).to(given).to(dtype)).sum().backward()
    return [y, x.grad].map { $0?.to(.float64).values(as: Double.self) ?? [] }
  }

  static let shapes =
    [[3, 5, 64], [7, 34], [2, 2], [40, 2048]]
    + Draws.make(6) { draw in (0...draw(0...2)).map { _ in draw(1...9) } + [2 * draw(1...150)] }

  @Test(arguments: shapes, [0.1, 1, 8] as [Float])
  func `values and gradients are those in float64`(shape: [Int], scale: Float) {
    for (dtype, bound) in [(DType.float32, 1e-6), (.bfloat16, 0x1p-8)] {
      let exact = results(shape, scale: scale, dtype: .float64, given: dtype)
      let ours = results(shape, scale: scale, dtype: dtype, given: dtype)
      for (ours, exact) in zip(ours, exact) { #expect(distance(ours, from: exact) < bound) }
    }
  }

  @Test func `far from zero it is the product, or nothing`() {
    let x = Tensor([2, 3, 5, 30, -30, .nan] as [Float], shape: [1, 6])
    let y = x.geglu().values()
    #expect(y[0] == 60 && abs(y[1]) < 1e-4 && y[2].isNaN)
  }
}
