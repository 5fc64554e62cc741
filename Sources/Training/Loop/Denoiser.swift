import Diffusion
import Experiments
import Torch
import TorchNN

/// What is trained: the network, and the net that embeds its labels.
final class Denoiser {
  /// What goes before the names of each part's parameters.
  enum Part: String, CaseIterable { case unet, label }

  let unet: UNet2DConditionModel
  /// Nil where the network is told nothing.
  let label: LabelEmbedding?
  private let embedding: Int

  init(_ configuration: Configuration, classes: Int) {
    let (model, conditioning) = (configuration.model, configuration.conditioning)
    embedding = conditioning.embedding
    unet = UNet2DConditionModel(
      .init(
        blockOutChannels: model.widths, layersPerBlock: model.layersPerBlock,
        downBlockTypes: model.downBlocks.map { $0 == .crossAttnDown ? .crossAttn : .plain },
        heads: model.widths.map { _ in model.heads }, crossAttentionDim: model.crossAttention,
        encoderHidDim: conditioning.embedding, normGroups: model.normGroups, dropout: model.dropout),
      name: Part.unet.rawValue)
    label =
      conditioning.kind == .none
      ? nil
      : LabelEmbedding(
        classes: classes, embedding: conditioning.embedding, bottleneck: conditioning.bottleneck,
        dropout: conditioning.dropout, name: Part.label.rawValue)
  }

  private var parts: [(part: Part, module: any Module)] {
    [(.unet, unet)] + (label.map { [(.label, $0)] } ?? [])
  }

  func initialize(seed: Int) {
    for (part, module) in parts { module.initialize(seed: seed, part: part.rawValue) }
  }

  var namedParameters: [(name: String, parameter: Parameter)] {
    parts.flatMap { $0.module.namedParameters(prefix: "\($0.part.rawValue).") }
  }

  var parameterCounts: [(part: Part, count: Int)] { parts.map { ($0.part, $0.module.parameterCount) } }

  var state: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: namedParameters.map { ($0.name, $0.parameter.value.detached()) })
  }

  /// - Throws: `StateError` where the state is another network's.
  func load(_ state: [String: Tensor]) throws {
    for (part, module) in parts {
      let prefix = "\(part.rawValue)."
      let own = state.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
      try module.load(Dictionary(uniqueKeysWithValues: own))
    }
  }

  /// Parameters of these parts, each of which stands for the names that begin with it.
  func parameters(of parts: [String]) -> [(name: String, parameter: Parameter)] {
    namedParameters.filter { name, _ in parts.contains { name.hasPrefix($0 + ".") } }
  }

  /// Shapes: x [n, 3, h, w], timesteps [n], labels [n, classes] → [n, 3, h, w].
  func callAsFunction(_ x: Tensor, timesteps: Tensor, labels: Tensor, _ mode: Mode) -> Tensor {
    let context = label.map { $0(labels, mode) } ?? Tensor.zeros([x.extent(0), 1, embedding])
    return unet(x, timesteps: timesteps, context: context, mode)
  }
}
