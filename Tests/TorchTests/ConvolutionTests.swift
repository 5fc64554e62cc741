import Testing
import Torch

/// The oracle is libtorch's convolution in float64.
struct ConvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pictures: Int
    var inputs: Int
    var outputs: Int
    var height: Int
    var width: Int
    var kernel = 3
    var stride = 1
    var hasBias = true
    var hasAddend = false
    var shape: [Int] { [pictures, inputs, height, width] }
    var testDescription: String { "\(shape) \(outputs) \(kernel) \(stride) \(hasBias) \(hasAddend)" }
  }

  /// Small pictures and others, whole and broken blocks of channels and pictures, few pixels and many.
  static let chosen = [
    Case(pictures: 32, inputs: 256, outputs: 128, height: 4, width: 4),
    Case(pictures: 12, inputs: 64, outputs: 64, height: 2, width: 3),
    Case(pictures: 13, inputs: 70, outputs: 134, height: 4, width: 4, hasAddend: true),
    Case(pictures: 101, inputs: 64, outputs: 96, height: 3, width: 4),
    Case(pictures: 15, inputs: 130, outputs: 66, height: 1, width: 1),
    Case(pictures: 16, inputs: 64, outputs: 64, height: 8, width: 7, hasAddend: true),
    Case(pictures: 1, inputs: 64, outputs: 96, height: 8, width: 7, hasAddend: true),
    Case(pictures: 1, inputs: 18, outputs: 3, height: 9, width: 5),
    Case(pictures: 2, inputs: 96, outputs: 80, height: 6, width: 5, stride: 2),
    Case(pictures: 3, inputs: 48, outputs: 200, height: 3, width: 5, kernel: 1, hasAddend: true),
    Case(pictures: 1, inputs: 3, outputs: 64, height: 7, width: 5),
    Case(pictures: 3, inputs: 64, outputs: 72, height: 16, width: 16),
    Case(pictures: 5, inputs: 67, outputs: 65, height: 9, width: 10, hasBias: false),
    Case(pictures: 3, inputs: 64, outputs: 64, height: 15, width: 16, stride: 2),
    Case(pictures: 2, inputs: 65, outputs: 76, height: 1, width: 2, stride: 2, hasBias: false),
  ]

  static let cases =
    chosen
    + Draws.make(12) { draw in
      Case(
        pictures: draw(1...14), inputs: draw(1...140), outputs: draw(1...140), height: draw(1...11),
        width: draw(1...11),
        kernel: draw(0...3) == 0 ? 1 : 3, stride: draw(1...2), hasBias: draw(0...2) > 0, hasAddend: draw(0...1) == 0)
    }

  /// Output, and the gradients of input, weight, bias and addend, from values that bfloat16 has.
  private func results(_ test: Case, dtype: DType, mixed: Bool = false, recording: Bool = true) -> [[Double]] {
    func leaf(_ shape: [Int], seed: UInt64, pictures: Bool = true) -> Tensor {
      let values = noise(shape, seed: seed).to(.bfloat16).to(dtype)
      let leaf = pictures ? values.channelsLast() : values
      leaf.requiresGrad = recording
      return leaf
    }
    let (side, padding) = (test.kernel, test.kernel / 2)
    let x = leaf(test.shape, seed: 1), weight = leaf([test.outputs, test.inputs, side, side], seed: 2)
    let bias = test.hasBias ? leaf([test.outputs], seed: 3, pictures: false) : nil
    let (height, width) = ((test.height - 1) / test.stride + 1, (test.width - 1) / test.stride + 1)
    let addend = test.hasAddend ? leaf([test.pictures, test.outputs, height, width], seed: 4) : nil
    func convolved() -> Tensor { x.conv2d(weight, bias, stride: test.stride, padding: padding, plus: addend) }
    let y = mixed ? withAutocast(.bfloat16, convolved) : convolved()
    #expect(y.shape == [test.pictures, test.outputs, height, width])
    func list(_ tensor: Tensor?) -> [Double] { tensor?.to(.float64).values(as: Double.self) ?? [] }
    guard recording else { return [list(y)] }
    (y * noise(y.shape, seed: 5).to(.bfloat16).to(dtype)).sum().backward()
    return [y, x.grad, weight.grad].map(list) + [bias, addend].compactMap { $0.map { list($0.grad) } }
  }

  @Test(arguments: cases) func `values and gradients are those in float64`(test: Case) {
    let exact = results(test, dtype: .float64)
    for (ours, exact) in zip(results(test, dtype: .float32), exact) { #expect(distance(ours, from: exact) < 3e-6) }
    for (ours, exact) in zip(results(test, dtype: .float32, mixed: true), exact) {
      // What is stored in bfloat16 is rounded by up to 2⁻⁹ of it.
      #expect(distance(ours, from: exact) < 0x1p-7)
    }
  }

  @Test(arguments: cases) func `without gradients the values are those in float64`(test: Case) {
    withoutGradients {
      let exact = results(test, dtype: .float64, recording: false)[0]
      #expect(distance(results(test, dtype: .float32, recording: false)[0], from: exact) < 3e-6)
      #expect(distance(results(test, dtype: .float32, mixed: true, recording: false)[0], from: exact) < 0x1p-7)
    }
  }

  /// Of weight, bias and input.
  @Test(arguments: [1, 2]) func `only what is asked for gets a gradient`(stride: Int) {
    let (x, weight, bias) = (noise([2, 64, 8, 8], seed: 1), noise([64, 64, 3, 3], seed: 2), noise([64], seed: 3))
    for asked in [[weight], [bias], [x], [weight, x]] {
      for tensor in [x, weight, bias] {
        tensor.requiresGrad = asked.contains { $0 === tensor }
        tensor.clearGrad()
      }
      x.conv2d(weight, bias, stride: stride, padding: 1).sum().backward()
      for tensor in [x, weight, bias] { #expect((tensor.grad != nil) == tensor.requiresGrad) }
    }
  }

  @Test(arguments: [(4, 192), (16, 64), (9, 96)])
  func `bits hang neither on the threads nor, in small pictures, on the batch`(side: Int, outputs: Int) {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let test = Case(pictures: side == 4 ? 64 : 5, inputs: 128, outputs: outputs, height: side, width: side)
    for mixed in [false, true] {
      let all = [1, 2, 3].map { threads in
        Runtime.threads = threads
        return results(test, dtype: .float32, mixed: mixed)
      }
      // The gradient of the weight, which is summed over all pictures, and that of the bias.
      for other in all { #expect(other[2] == all[0][2] && other[3] == all[0][3]) }
      guard side == 4 else { continue }
      for other in all { #expect(other == all[0]) }
      var fewer = test
      fewer.pictures = 24
      let some = results(fewer, dtype: .float32, mixed: mixed)[0]
      #expect(some.count == 24 * outputs * 16 && some == Array(all[0][0].prefix(some.count)))
    }
  }
}
