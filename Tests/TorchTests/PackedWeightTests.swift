import Testing
import Torch

/// Layers without a recorded gradient lay their weights out anew; with one, they don't.
struct PackedWeightTests {
  private func ramp(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor((0..<count).map { Float(($0 * 37) % 101) / 50 - 1 }, shape: shape)
  }

  private func isNear(_ a: Tensor, _ b: Tensor, _ bound: Float) -> Bool {
    let scale = b.to(.float32).values().map(abs).max() ?? 0
    return zip(a.to(.float32).values(), b.to(.float32).values()).allSatisfy { abs($0 - $1) <= bound * scale }
  }

  @Test func `without gradients layers give what they give with them, for every batch`() {
    let (kernel, matrix) = (ramp([96, 64, 3, 3]).channelsLast(), ramp([192, 128]))
    let (bias, shift) = (ramp([96]), ramp([192]))
    for stride in [1, 2] {
      for batch in [1, 5, 2] {
        let x = ramp([batch, 64, 8, 7]).channelsLast()
        let recorded = x.conv2d(kernel, bias, stride: stride, padding: 1)
        let plain = withoutGradients { x.conv2d(kernel, bias, stride: stride, padding: 1) }
        #expect(plain.shape == recorded.shape && plain.isChannelsLast && isNear(plain, recorded, 5e-6))
      }
    }
    for rows in [64, 100] {
      let x = ramp([2, rows, 128])
      let plain = withoutGradients { x.linear(matrix, shift) }
      #expect(isNear(plain, x.linear(matrix, shift), 5e-6))
    }
  }

  @Test func `a weight that changes is laid out again, within one stretch and between two`() {
    let (x, kernel, matrix) = (
      ramp([2, 64, 8, 8]).channelsLast(), ramp([64, 64, 3, 3]).channelsLast(), ramp([256, 64])
    )
    let rows = ramp([512, 64])
    func outputs() -> [[Float]] { [x.conv2d(kernel, nil, padding: 1).values(), rows.linear(matrix, nil).values()] }
    withoutGradients {
      let before = outputs()
      kernel.assign(kernel * 2)
      matrix.assign(matrix * 2)
      let after = outputs()
      #expect(after == before.map { $0.map { $0 * 2 } })
    }
    let doubled = withoutGradients { outputs() }
    kernel.assign(kernel * 0.5)
    matrix.assign(matrix * 0.5)
    let halved = withoutGradients { outputs() }
    #expect(halved == doubled.map { $0.map { $0 / 2 } })
  }

  @Test func `autocast decides the type, and changing it the layout`() {
    let (x, kernel) = (ramp([2, 64, 8, 8]).channelsLast(), ramp([64, 64, 3, 3]).channelsLast())
    withoutGradients {
      let single = x.conv2d(kernel, nil, padding: 1)
      let half = withAutocast(.bfloat16) { x.conv2d(kernel, nil, padding: 1) }
      let again = x.conv2d(kernel, nil, padding: 1)
      #expect(half.dtype == .bfloat16 && single.dtype == .float32)
      #expect(isNear(half, single, 0x1p-7) && again.values() == single.values())
    }
  }
}
