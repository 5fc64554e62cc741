import Testing
import Torch

struct AttentionTests {
  @Test func `under autocast it is as exact as its inputs, forward and backward`() {
    let shape = [2, 4, 16, 8]
    func results(_ dtype: DType, precision: DType) -> [[Double]] {
      let leaves = (0..<3).map { k in
        // Rounded to bfloat16 first, so that all begin with the same numbers.
        let values = (0..<1024).map { Float(($0 * (37 + 10 * k)) % 101) / 25 - 2 }
        let leaf = Tensor(values, shape: shape).to(.bfloat16).to(dtype)
        leaf.requiresGrad = true
        return leaf
      }
      let y = withAutocast(precision) { leaves[0].attention(leaves[1], leaves[2]) }
      #expect(y.dtype == dtype)
      (y * y).sum().backward()
      return ([y] + leaves.compactMap(\.grad)).map { $0.to(.float64).values(as: Double.self) }
    }
    let exact = results(.float64, precision: .float32)
    let half = results(.bfloat16, precision: .bfloat16)
    #expect(exact.count == 4 && half.count == 4)
    for (half, exact) in zip(half, exact) {
      let scale = exact.map(abs).max() ?? 0
      // The output and its gradient are rounded to 8 bits, and so is the result.
      #expect(zip(half, exact).allSatisfy { abs($0 - $1) <= scale * 0x1p-7 })
    }
  }
}
