import Testing
import Torch

/// The oracle is libtorch's attention in float64.
struct AttentionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var batch = 2
    var heads = 3
    var queries: Int
    var keys: Int
    var depth: Int
    var testDescription: String { "\(batch)×\(heads), \(queries) queries, \(keys) keys of \(depth)" }
  }

  /// One token, whole and broken lanes, more keys than queries and fewer, depths that four and sixteen don't divide.
  static let cases =
    [
      Case(queries: 16, keys: 16, depth: 32), Case(queries: 1, keys: 1, depth: 8), Case(queries: 37, keys: 5, depth: 7),
      Case(queries: 5, keys: 70, depth: 19), Case(batch: 1, heads: 1, queries: 64, keys: 64, depth: 8),
      Case(batch: 5, heads: 2, queries: 17, keys: 16, depth: 64),
    ]
    + Draws.make(8) { draw in
      Case(batch: draw(1...3), heads: draw(1...4), queries: draw(1...70), keys: draw(1...70), depth: draw(1...40))
    }

  /// Output, and the gradients of q, k and v.
  /// - Parameter isSplit: tokens hold their heads side by side, as they come out of a linear layer.
  private func results(_ test: Case, dtype: DType, isSplit: Bool, scale: Float) -> [[Double]] {
    let leaves = [test.queries, test.keys, test.keys].enumerated().map { k, tokens in
      let shape = [test.batch, tokens, test.heads, test.depth]
      let values = noise(shape, seed: UInt64(k + 1), scale: scale).to(.bfloat16)
      let leaf = (isSplit ? values : values.permuted([0, 2, 1, 3]).contiguous()).to(dtype)
      leaf.requiresGrad = true
      return leaf
    }
    let (q, k, v) = (leaves[0], leaves[1], leaves[2])
    func heads(_ x: Tensor) -> Tensor { isSplit ? x.permuted([0, 2, 1, 3]) : x }
    let y = heads(q).attention(heads(k), heads(v))
    #expect(y.shape == [test.batch, test.heads, test.queries, test.depth] && y.dtype == dtype)
    (y * noise(y.shape, seed: 9, scale: 1).to(.bfloat16).to(dtype)).sum().backward()
    return ([y] + leaves.compactMap(\.grad)).map { $0.to(.float64).values(as: Double.self) }
  }

  @Test(arguments: cases, [false, true])
  func `values and gradients are those in float64`(test: Case, isSplit: Bool) {
    // With the greater scale, single keys take all.
    for scale in [Float(1), 30] {
      let exact = results(test, dtype: .float64, isSplit: isSplit, scale: scale)
      let single = results(test, dtype: .float32, isSplit: isSplit, scale: scale)
      let half = results(test, dtype: .bfloat16, isSplit: isSplit, scale: scale)
      #expect(exact.count == 4 && single.count == 4 && half.count == 4)
      for index in exact.indices {
        // Where one key takes all, gradients of q and k nearly vanish: their size is then that of their terms.
        let size = max(exact[index].map(abs).max() ?? 0, 1e-3)
        func error(_ some: [Double]) -> Double { zip(some, exact[index]).map { abs($0 - $1) }.max() ?? .infinity }
        #expect(error(single[index]) < 1e-5 * size * Double(scale), "\(index) at \(scale)")
        // The output is rounded to 8 bits before its product with the gradient is taken away again.
        #expect(error(half[index]) < size * Double(scale) / 64, "\(index) at \(scale)")
      }
    }
  }

  @Test func `the threads have no say`() {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let all = [1, 2, 3].map { threads in
      Runtime.threads = threads
      return results(Case(batch: 7, queries: 64, keys: 64, depth: 8), dtype: .float32, isSplit: true, scale: 1)
    }
    #expect(all[1] == all[0] && all[2] == all[0])
  }

  @Test func `a number that is none stays visible`() {
    let x = Tensor.full([1, 1, 4, 8], .nan)
    #expect(x.attention(x, x).values().allSatisfy { $0.isNaN })
  }
}
