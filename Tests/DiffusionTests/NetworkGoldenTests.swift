import Diffusion
import Formulas
import Testing
import Torch
import TorchNN

struct NetworkGoldenTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    struct Config: Decodable {
      var block_out_channels: [Int]
      var layers_per_block: Int
      var in_channels: Int
      var out_channels: Int
      var norm_num_groups: Int?
      var norm_eps: Double?
      var encoder_hid_dim: Int?
      var cross_attention_dim: Int?
      var attention_head_dim: Heads?
    }
    enum Heads: Decodable {
      case all(Int)
      case each([Int])
      init(from decoder: any Decoder) throws {
        if let one = try? Int(from: decoder) { self = .all(one) } else { self = .each(try [Int](from: decoder)) }
      }
    }
    var name: String
    var config: Config
    var down: [String]
    var up: [String]
    var tokens: Int
    var size: Int
    var batch: Int
    var timesteps: [Int]
    var parameters: Int
    var shapes: [String: [Int]]
    var output: [Double]
    var gradients: [String: GradientGolden]

    var testDescription: String { name }

    var network: UNet2DConditionModel {
      func blocks(_ names: [String]) -> [UNet2DConditionModel.Configuration.Block] {
        names.map { $0 == "C" ? .crossAttn : .plain }
      }
      let heads: [Int]? =
        switch config.attention_head_dim {
        case .all(let count): config.block_out_channels.map { _ in count }
        case .each(let counts): counts
        case nil: nil
        }
      return UNet2DConditionModel(
        .init(
          inChannels: config.in_channels, outChannels: config.out_channels,
          blockOutChannels: config.block_out_channels, layersPerBlock: config.layers_per_block,
          downBlockTypes: blocks(down), upBlockTypes: blocks(up), heads: heads,
          crossAttentionDim: config.cross_attention_dim ?? 1280, encoderHidDim: config.encoder_hid_dim,
          normGroups: config.norm_num_groups ?? 32, normEpsilon: config.norm_eps ?? 1e-5))
    }

    var inputs: (x: Tensor, timesteps: Tensor, context: Tensor) {
      let x = formulaTensor("x", [batch, config.in_channels, size, size])
      let context = formulaTensor(
        "context", [batch, tokens, config.encoder_hid_dim ?? config.cross_attention_dim ?? 1280])
      x.requiresGrad = true
      context.requiresGrad = true
      return (x, Tensor(timesteps.map { Int64($0) }, shape: [batch]), context)
    }
  }

  static let goldens: [Golden] = (try? decodeGolden("networks", as: [Golden].self)) ?? []

  @Test func `there are goldens`() { #expect(Self.goldens.count >= 9) }

  @Test func `the tutorial's networks have as many parameters as their authors' do`() {
    let counts = Self.goldens.filter { $0.name.hasPrefix("part") }.map { $0.network.parameterCount }
    #expect(counts == [7_625_987, 26_054_787])
  }

  @Test(arguments: goldens)
  func `outputs and all gradients are diffusers'`(golden: Golden) throws { try compare(golden) }

  @Test(arguments: goldens)
  func `they are so too where every call is PyTorch's`(golden: Golden) throws {
    try followingPyTorch { try compare(golden) }
  }

  func compare(_ golden: Golden) throws {
    let network = golden.network
    let named = network.namedParameters()
    #expect(Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.parameter.value.shape) }) == golden.shapes)
    network.fillByFormula()
    let (x, timesteps, context) = golden.inputs

    let output = network(x, timesteps: timesteps, context: context)
    (output * formulaTensor("loss", output.shape)).sum().backward()

    let scale = golden.output.map { abs($0) }.max() ?? 0
    let miss = zip(output.values(as: Double.self), golden.output).map { abs($0 - $1) }.max() ?? .infinity
    #expect(output.count == golden.output.count)
    #expect(miss <= 1e-5 * scale, "output: off by \(miss / scale) of its maximum")

    let gradients = named.map { ($0.name, $0.parameter.value) } + [("x", x), ("context", context)]
    let largest = golden.gradients.values.map(\.max).max() ?? 0
    #expect(gradients.count == golden.gradients.count)
    for (name, tensor) in gradients {
      let wanted = try #require(golden.gradients[name])
      let scale = max(wanted.max, 1e-4 * largest)
      let miss = wanted.distance(name: name, to: tensor.grad, count: tensor.count)
      #expect(miss <= 1e-5 * scale, "\(name): off by \(miss / scale)")
    }
  }
}
