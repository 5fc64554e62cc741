import Diffusion
import Formulas
import Testing
import Torch
import TorchNN

struct AutocastTests {
  struct Golden: Decodable {
    var name: String
    var output: [Double]
    var gradient_miss: Double
  }

  /// Mixed precision keeps 8 bits of a number, so two ways to the same result differ by about as much as each differs
  /// from the exact one. The bounds: as far from the exact results (of the float64 goldens) as PyTorch's autocast, give
  /// or take a third; and from PyTorch's no further than 1.7 times that, √2 being what independent roundings make.
  @Test func `outputs and gradients miss the exact ones as PyTorch's autocast does`() throws {
    Runtime.threads = 1
    let exactGoldens = try decodeGolden("networks", as: [NetworkGoldenTests.Golden].self)
    for rough in try decodeGolden("autocast", as: [Golden].self) {
      let exact = try #require(exactGoldens.first { $0.name == rough.name })
      let (network, inputs) = (exact.network, exact.inputs)
      network.fillByFormula()
      let output = withAutocast(.bfloat16) { network(inputs.x, timesteps: inputs.timesteps, context: inputs.context) }
      #expect(output.dtype == .bfloat16)
      (output * formulaTensor("loss", output.shape)).sum().backward()

      func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
      let values = output.values(as: Double.self)
      let theirs = distance(rough.output, exact.output)
      let ours = distance(values, exact.output)
      #expect((0.67...1.33).contains(ours / theirs), "\(rough.name): \(ours / theirs) of PyTorch's error")
      #expect(distance(values, rough.output) < 1.7 * theirs, "\(rough.name)")

      let largest = exact.gradients.values.map(\.norm).max() ?? 0
      var misses: [Double] = []
      for (name, parameter) in network.namedParameters() {
        guard let wanted = exact.gradients[name], wanted.norm > 1e-4 * largest else { continue }
        let gradient = try #require(parameter.value.grad)
        #expect(gradient.dtype == .float32)
        let values = gradient.values(as: Double.self)
        for (k, wantedProjection) in wanted.projections.enumerated() {
          misses.append((projection(values, on: "\(name)/\(k)") - wantedProjection) / wanted.norm)
        }
      }
      let miss = (misses.reduce(0) { $0 + $1 * $1 } / Double(misses.count)).squareRoot()
      #expect((0.67...1.33).contains(miss / rough.gradient_miss), "\(rough.name): gradients \(miss)")
    }
  }

  @Test func `outside, and with float32, everything is as it was, bit for bit`() {
    let network = UNet2DConditionModel(
      .init(blockOutChannels: [8, 16], layersPerBlock: 1, heads: [2, 2], crossAttentionDim: 12, normGroups: 4))
    network.fillByFormula()
    func run() -> [Float] {
      network(
        formulaTensor("x", [2, 3, 8, 8]), timesteps: Tensor([5, 700] as [Int64], shape: [2]),
        context: formulaTensor("context", [2, 1, 12])
      ).values()
    }
    let before = run()
    #expect(withAutocast(.bfloat16) { run() } != before)
    #expect(withAutocast(.float32) { run() } == before)
    #expect(withAutocast(.bfloat16) { withAutocast(.float32) { run() } } == before)
    #expect(run() == before)
  }

  @Test func `a weight that has moved between two passes is cast anew`() {
    let linear = Linear(4, 3)
    linear.fillByFormula()
    let x = formulaTensor("x", [2, 4])
    func run() -> [Float] { withAutocast(.bfloat16) { linear(x) }.values() }
    let before = run()
    #expect(run() == before)
    linear.weight.value.assign(linear.weight.value.detached() * 2)
    #expect(run() != before)
  }
}
