import Testing
import Torch
import TorchNN

struct GradientTests {
  @Test func `norms and clipped gradients match the PyTorch reference`() throws {
    for golden in try OptimizationGolden.read().clipping {
      let network = TwoParameters()
      network.setGradients(TwoParameters.waves(2))
      #expect(abs(gradientNorm(network.namedParameters()) / golden.norm - 1) < 1e-6)
      let norm = clipGradients(network.namedParameters(), to: golden.greatest)
      #expect(abs(norm / golden.norm - 1) < 1e-6)
      expectClose(network.parameters.compactMap(\.value.grad), golden.gradients, "at most \(golden.greatest)")
      #expect(gradientNorm(network.namedParameters()) <= min(golden.greatest, norm))
    }
  }

  @Test func `a norm keeps its digits over many elements, and absent gradients add nothing`() {
    let large = Parameter("large", shape: [3, 100_003], .constant(0))
    let small = Parameter("small", shape: [64, 3, 3, 3], .constant(0))
    let absent = Parameter("absent", shape: [5], .constant(0))
    let named = [large, small, absent].map { ($0.key, $0) }
    #expect(gradientNorm(named) == 0)
    (large.value * 1e-3).sum().backward()
    (small.value * 1e4).sum().backward()
    let (a, b) = (Double(Float(1e-3)), 1e4)
    let exact = (300_009 * a * a + 64 * 27 * b * b).squareRoot()
    #expect(abs(gradientNorm(named) / exact - 1) < 1e-14)
    #expect(absent.value.grad == nil)
  }

  @Test func `a norm is the same with any number of threads`() {
    let parameter = Parameter("p", shape: [1000, 301], .constant(0))
    let weights = Tensor((0..<301_000).map { Float($0 % 977) / 977 }, shape: [1000, 301])
    (parameter.value * weights).sum().backward()
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let norms = [1, 2, 3].map { threads in
      Runtime.threads = threads
      return gradientNorm([("p", parameter)])
    }
    #expect(Set(norms).count == 1)
  }

  @Test func `a gradient that isn't finite leaves a norm that isn't, and no finite gradient`() {
    let parameter = Parameter("p", shape: [3], .constant(1))
    (parameter.value * Tensor([1, .nan, 2] as [Float], shape: [3])).sum().backward()
    #expect(clipGradients([("p", parameter)], to: 1).isNaN)
    #expect(parameter.value.grad?.values().allSatisfy(\.isNaN) == true)
  }
}
