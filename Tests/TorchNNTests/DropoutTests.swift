import Randomness
import Testing
import Torch
import TorchNN

struct DropoutTests {
  func streams(seed: Int = 1, epoch: Int = 0, _ indices: [UInt32]) -> DropoutStreams {
    let streams = DropoutStreams(seed: seed)
    streams.epoch = epoch
    streams.indices = indices
    return streams
  }

  @Test func `an element's fate is its position's, as Philox has it`() {
    let dropout = Dropout(0.3, name: "layer")
    let x = Tensor.full([2, 10], 1)
    let y = dropout(x, .training(streams(seed: 5, epoch: 2, [7, 4]))).values()
    let stream = RandomStream(seed: 5, purpose: "dropout", name: "layer")
    for (row, index) in [7, 4].enumerated() {
      for element in 0..<10 {
        let kept = Double(stream.bits(epoch: 2, index: index, element: element)) >= (0.3 * 4_294_967_296).rounded(.down)
        #expect(y[row * 10 + element] == (kept ? Float(1 / 0.7) : 0))
      }
    }
  }

  @Test func `the share that is dropped is the probability`() {
    let y = Dropout(0.2, name: "a")(Tensor.full([4, 3, 50, 50], 1), .training(streams([0, 1, 2, 3]))).values()
    let dropped = Double(y.filter { $0 == 0 }.count) / Double(y.count)
    // 30,000 draws: a standard deviation is .0023.
    #expect(abs(dropped - 0.2) < 0.01)
    #expect(Set(y) == [0, 1.25])
  }

  @Test func `a picture keeps its mask in any batch, and in any memory format`() {
    let dropout = Dropout(0.5, name: "a")
    let x = formulaLike([3, 4, 5, 6])
    let whole = dropout(x, .training(streams([10, 11, 12])))
    let alone = dropout(x.narrowed(0, 1..<2), .training(streams([11])))
    #expect(whole.narrowed(0, 1..<2).values() == alone.values())
    #expect(dropout(x.channelsLast(), .training(streams([10, 11, 12]))).values() == whole.values())
  }

  @Test func `other layers, epochs and seeds drop other elements; evaluation drops none`() {
    let x = Tensor.full([1, 1000], 1)
    let base = Dropout(0.5, name: "a")(x, .training(streams([0]))).values()
    #expect(Dropout(0.5, name: "b")(x, .training(streams([0]))).values() != base)
    #expect(Dropout(0.5, name: "a")(x, .training(streams(epoch: 1, [0]))).values() != base)
    #expect(Dropout(0.5, name: "a")(x, .training(streams(seed: 2, [0]))).values() != base)
    #expect(Dropout(0.5, name: "a")(x, .training(streams([0]))).values() == base)
    #expect(Dropout(0.5, name: "a")(x, .evaluation).values() == x.values())
  }

  @Test func `the gradient passes where the value did`() {
    let x = Tensor.full([2, 100], 3)
    x.requiresGrad = true
    let y = Dropout(0.4, name: "a")(x, .training(streams([0, 1])))
    y.sum().backward()
    #expect(x.grad?.values() == (y / 3).values().map { $0 == 0 ? 0 : Float(1 / 0.6) })
  }

  /// The plain composition is the product with a mask of the same numbers.
  @Test(arguments: [DType.float32, .bfloat16], [[3, 7], [2, 5, 9, 11], [1, 1], [4, 1, 3, 130], [5, 67, 2]])
  func `values and gradients are those of a product with the mask`(dtype: DType, shape: [Int]) {
    let (dropout, mode) = (Dropout(0.3, name: "a"), Mode.training(streams((0..<shape[0]).map(UInt32.init))))
    let mask = dropout(Tensor.full(shape, 1).to(dtype), mode)
    func results(_ body: (Tensor) -> Tensor) -> [[Float]] {
      let x = formulaLike(shape).to(dtype)
      x.requiresGrad = true
      let y = body(x)
      (y * formulaLike(shape).to(dtype)).sum().backward()
      return [y.values(), x.grad?.values() ?? []]
    }
    for (ours, plain) in zip(results { dropout($0, mode) }, results { $0 * mask }) {
      #expect(ours.count == plain.count)
      // The scale itself is rounded in a bfloat16 mask.
      let bound: Float = dtype == .float32 ? 1e-6 : 0x1p-7
      #expect(zip(ours, plain).allSatisfy { abs($0 - $1) <= bound * abs($1) })
    }
  }

  @Test func `a bfloat16 picture has the same mask, and stays bfloat16`() {
    let dropout = Dropout(0.3, name: "a")
    for shape in [[2, 3, 4, 5], [2, 7]] {
      let x = formulaLike(shape)
      let whole = dropout(x, .training(streams([3, 4]))).values()
      let half = dropout(x.to(.bfloat16), .training(streams([3, 4])))
      #expect(half.dtype == .bfloat16)
      let values = half.values()
      #expect(values.map { $0 == 0 } == whole.map { $0 == 0 })
      // Picture, scale and product are each rounded to 8 bits.
      #expect(zip(values, whole).allSatisfy { abs($0 - $1) <= 3 * $1 / 512 })
    }
  }

  private func formulaLike(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor((0..<count).map { Float($0 + 1) / Float(count) }, shape: shape)
  }
}
