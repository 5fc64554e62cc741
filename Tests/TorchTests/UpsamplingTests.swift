import Testing
import Torch

/// The oracle is libtorch's convolution, in float64, of a picture whose pixels were repeated.
struct UpsamplingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pictures: Int
    var inputs: Int
    var outputs: Int
    var height: Int
    var width: Int
    /// How many of the last row and column are left out, as where an odd size was rounded up on the way down.
    var cut = 0
    var testDescription: String { "[\(pictures), \(inputs), \(height), \(width)] → \(outputs), cut by \(cut)" }
  }

  /// Small pictures and others, whole and broken blocks of channels and pictures.
  static let cases =
    [
      Case(pictures: 12, inputs: 64, outputs: 96, height: 8, width: 8),
      Case(pictures: 49, inputs: 64, outputs: 66, height: 4, width: 4),
      Case(pictures: 13, inputs: 70, outputs: 134, height: 1, width: 5),
      Case(pictures: 12, inputs: 64, outputs: 64, height: 3, width: 5, cut: 1),
      Case(pictures: 2, inputs: 64, outputs: 64, height: 4, width: 4),
      Case(pictures: 12, inputs: 64, outputs: 64, height: 9, width: 8),
      Case(pictures: 12, inputs: 8, outputs: 64, height: 4, width: 4),
    ]
    + Draws.make(6) { draw in
      Case(
        pictures: draw(10...30), inputs: draw(60...140), outputs: draw(60...140), height: draw(1...8),
        width: draw(1...8)
      )
    }

  /// Output, and the gradients of input, weight and bias, from values that bfloat16 has.
  private func results(
    _ test: Case, dtype: DType, mixed: Bool = false, recording: Bool = true
  ) -> [[Double]] {
    func leaf(_ shape: [Int], seed: UInt64) -> Tensor {
      let values = noise(shape, seed: seed).to(.bfloat16).to(dtype)
      let leaf = shape.count == 4 ? values.channelsLast() : values
      leaf.requiresGrad = recording
      return leaf
    }
    let (n, c, h, w) = (test.pictures, test.inputs, test.height, test.width)
    let x = leaf([n, c, h, w], seed: 1), weight = leaf([test.outputs, c, 3, 3], seed: 2)
    let bias = leaf([test.outputs], seed: 3)
    let (height, width) = (2 * h - test.cut, 2 * w - test.cut)
    func convolved() -> Tensor {
      guard dtype == .float64 else { return x.upsampledConv2d(weight, bias, height: height, width: width) }
      let repeated = x.reshaped([n, c, h, 1, w, 1]).expanded([n, c, h, 2, w, 2]).reshaped([n, c, 2 * h, 2 * w])
      return repeated.narrowed(2, 0..<height).narrowed(3, 0..<width).conv2d(weight, bias, padding: 1)
    }
    let y = mixed ? withAutocast(.bfloat16, convolved) : convolved()
    #expect(y.shape == [n, test.outputs, height, width])
    func list(_ tensor: Tensor?) -> [Double] { tensor?.to(.float64).values(as: Double.self) ?? [] }
    guard recording else { return [list(y)] }
    (y * noise(y.shape, seed: 5).to(.bfloat16).to(dtype)).sum().backward()
    return [y, x.grad, weight.grad, bias.grad].map(list)
  }

  @Test(arguments: cases) func `values and gradients are those in float64`(test: Case) {
    let exact = results(test, dtype: .float64)
    for (ours, exact) in zip(results(test, dtype: .float32), exact) { #expect(distance(ours, from: exact) < 5e-6) }
    for (ours, exact) in zip(results(test, dtype: .float32, mixed: true), exact) {
      // What is stored in bfloat16, weights that were added up among it, is rounded by up to 2⁻⁹ of it.
      #expect(distance(ours, from: exact) < 0x1p-7)
    }
    withoutGradients {
      for mixed in [false, true] {
        let ours = results(test, dtype: .float32, mixed: mixed, recording: false)[0]
        #expect(distance(ours, from: exact[0]) < (mixed ? 0x1p-7 : 5e-6))
      }
    }
  }

  @Test func `bits hang neither on the threads nor on the batch`() {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let test = Case(pictures: 50, inputs: 64, outputs: 96, height: 3, width: 4)
    for mixed in [false, true] {
      let all = [1, 2, 3].map { threads in
        Runtime.threads = threads
        return results(test, dtype: .float32, mixed: mixed)
      }
      for other in all { #expect(other == all[0]) }
      var fewer = test
      fewer.pictures = 20
      let some = results(fewer, dtype: .float32, mixed: mixed)[0]
      #expect(some.count == 20 * 96 * 48 && some == Array(all[0][0].prefix(some.count)))
    }
  }
}
