import Diffusion
import Formulas
import Testing
import Torch
import TorchNN

struct LabelEmbeddingTests {
  struct Golden: Decodable {
    var bottleneck: Int?
    var parameters: Int
    var output: [Double]
    var gradients: [String: GradientGolden]
  }

  @Test func `with and without a bottleneck, outputs and gradients are PyTorch's`() throws {
    for golden in try decodeGolden("label-embedding", as: [Golden].self) {
      let net = LabelEmbedding(classes: 5, embedding: 64, bottleneck: golden.bottleneck)
      #expect(net.parameterCount == golden.parameters)
      #expect(net.parameterCount == (golden.bottleneck == nil ? 4_544 : 2_304))
      net.fillByFormula()
      let output = net(formulaTensor("labels", [3, 5]))
      #expect(output.shape == [3, 1, 64])
      (output * formulaTensor("loss", output.shape)).sum().backward()
      let miss = zip(output.values(as: Double.self), golden.output).map { abs($0 - $1) }.max() ?? .infinity
      #expect(miss <= 1e-5 * (golden.output.map { abs($0) }.max() ?? 0))
      for (name, parameter) in net.namedParameters() {
        let wanted = try #require(golden.gradients[name])
        let miss = wanted.distance(name: name, to: parameter.value.grad, count: parameter.value.count)
        #expect(miss <= 1e-5 * wanted.max, "\(name)")
      }
    }
  }
}
