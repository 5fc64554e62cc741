import Testing
import Torch

/// The oracle is libtorch's linear layer in float64.
struct LinearTests {
  struct Case: CustomTestStringConvertible, Sendable {
    /// Without the inputs.
    var rows: [Int]
    var inputs: Int
    var outputs: Int
    var hasBias = true
    var testDescription: String { "\(rows) \(inputs) → \(outputs)\(hasBias ? "" : " without bias")" }
  }

  /// Few products and many, more outputs than inputs and fewer, odd numbers of each.
  static let cases =
    [
      Case(rows: [3], inputs: 5, outputs: 7), Case(rows: [512], inputs: 64, outputs: 96),
      Case(rows: [512], inputs: 96, outputs: 64, hasBias: false), Case(rows: [4, 33, 5], inputs: 67, outputs: 101),
      Case(rows: [9, 129], inputs: 101, outputs: 33, hasBias: false), Case(rows: [1, 1], inputs: 1500, outputs: 1001),
    ]
    + Draws.make(8) { draw in
      Case(
        rows: (0...draw(0...2)).map { _ in draw(1...20) }, inputs: draw(1...300), outputs: draw(1...300),
        hasBias: draw(0...1) == 0)
    }

  /// Output, and the gradients of input, weight and bias.
  private func results(_ test: Case, dtype: DType, isTransposed: Bool = false) -> [[Double]] {
    func leaf(_ shape: [Int], seed: UInt64) -> Tensor {
      let tensor = noise(shape, seed: seed).to(dtype)
      tensor.requiresGrad = true
      return tensor
    }
    let shape = test.rows + [test.inputs]
    let x = leaf(isTransposed ? shape.reversed() : shape, seed: 1)
    let weight = leaf([test.outputs, test.inputs], seed: 2)
    let bias = test.hasBias ? leaf([test.outputs], seed: 3) : nil
    let y = (isTransposed ? x.permuted(shape.indices.reversed()) : x).linear(weight, bias)
    #expect(y.shape == test.rows + [test.outputs] && y.dtype == dtype)
    (y * noise(y.shape, seed: 4).to(dtype)).sum().backward()
    return [y, x.grad, weight.grad, bias?.grad].map { $0?.to(.float64).values(as: Double.self) ?? [] }
  }

  @Test(arguments: cases, [false, true])
  func `values and gradients are those in float64`(test: Case, isTransposed: Bool) {
    let exact = results(test, dtype: .float64, isTransposed: isTransposed)
    for (ours, exact) in zip(results(test, dtype: .float32, isTransposed: isTransposed), exact) {
      #expect(ours.count == exact.count)
      let scale = exact.map(abs).max() ?? 0
      #expect(zip(ours, exact).allSatisfy { abs($0 - $1) <= 3e-6 * scale })
    }
  }

  @Test func `only what is asked for gets a gradient`() {
    let (x, weight, bias) = (noise([512, 64], seed: 1), noise([96, 64], seed: 2), noise([96], seed: 3))
    weight.requiresGrad = true
    x.linear(weight, bias).sum().backward()
    #expect(weight.grad != nil && x.grad == nil && bias.grad == nil)
    weight.clearGrad()
    bias.requiresGrad = true
    weight.requiresGrad = false
    x.linear(weight, bias).sum().backward()
    #expect(bias.grad?.values() == [Float](repeating: 512, count: 96) && weight.grad == nil)
  }
}
