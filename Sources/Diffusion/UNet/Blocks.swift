import Torch
import TorchNN

/// One level on the way down: residual blocks, each with attention where the level has it, and a halving at the end,
/// but for the last level.
final class DownBlock2D: Module {
  private let resnets: [ResnetBlock2D]
  private let attentions: [Transformer2DModel]
  private let downsampler: Conv2d?

  init(level: Int, _ configuration: UNet2DConditionModel.Configuration, name: String) {
    let outputs = configuration.blockOutChannels[level]
    let inputs = configuration.blockOutChannels[max(0, level - 1)]
    resnets = (0..<configuration.layersPerBlock).map { layer in
      ResnetBlock2D(
        layer == 0 ? inputs : outputs, outputs, timeChannels: configuration.timeChannels, configuration,
        name: "\(name).down_blocks.\(level).resnets.\(layer)")
    }
    attentions =
      configuration.downBlockTypes[level] == .crossAttn
      ? resnets.map { _ in Transformer2DModel(outputs, heads: configuration.heads[level], configuration) } : []
    downsampler =
      level < configuration.levels - 1 ? Conv2d(outputs, outputs, kernel: 3, stride: 2, padding: 1) : nil
  }

  var children: [(key: String, module: any Module)] {
    keyed("resnets", resnets) + keyed("attentions", attentions)
      + (downsampler.map { [("downsamplers.0.conv", $0)] } ?? [])
  }

  /// Returns every layer's output, the last being the level's.
  func callAsFunction(_ x: Tensor, time: Tensor, context: Tensor, _ mode: Mode) -> [Tensor] {
    var outputs: [Tensor] = []
    var h = x
    for (layer, resnet) in resnets.enumerated() {
      h = resnet(h, time: time, mode)
      if !attentions.isEmpty { h = attentions[layer](h, context: context) }
      outputs.append(h)
    }
    if let downsampler { outputs.append(downsampler(h)) }
    return outputs
  }
}

/// Residual block, transformer, residual block.
final class MidBlock2D: Module {
  private let resnets: [ResnetBlock2D]
  private let attention: Transformer2DModel

  init(_ configuration: UNet2DConditionModel.Configuration, name: String) {
    let level = configuration.levels - 1
    let channels = configuration.blockOutChannels[level]
    resnets = (0..<2).map { layer in
      ResnetBlock2D(
        channels, channels, timeChannels: configuration.timeChannels, configuration,
        name: "\(name).mid_block.resnets.\(layer)")
    }
    attention = Transformer2DModel(channels, heads: configuration.heads[level], configuration)
  }

  var children: [(key: String, module: any Module)] { [("attentions.0", attention)] + keyed("resnets", resnets) }

  func callAsFunction(_ x: Tensor, time: Tensor, context: Tensor, _ mode: Mode) -> Tensor {
    resnets[1](attention(resnets[0](x, time: time, mode), context: context), time: time, mode)
  }
}

/// One level on the way up: a residual block more than on the way down, each taking one output of the way down beside
/// its input, and a doubling at the end, but for the first level.
final class UpBlock2D: Module {
  private let resnets: [ResnetBlock2D]
  private let attentions: [Transformer2DModel]
  private let upsampler: Conv2d?

  /// - Parameter level: of the way down; the key counts from the other end.
  init(level: Int, _ configuration: UNet2DConditionModel.Configuration, name: String) {
    let widths = configuration.blockOutChannels
    let outputs = widths[level]
    let below = widths[min(level + 1, widths.count - 1)]
    let above = widths[max(0, level - 1)]
    let layers = configuration.layersPerBlock + 1
    resnets = (0..<layers).map { layer in
      ResnetBlock2D(
        (layer == 0 ? below : outputs) + (layer == layers - 1 ? above : outputs), outputs,
        timeChannels: configuration.timeChannels, configuration,
        name: "\(name).up_blocks.\(widths.count - 1 - level).resnets.\(layer)")
    }
    attentions =
      configuration.upBlockTypes[widths.count - 1 - level] == .crossAttn
      ? resnets.map { _ in Transformer2DModel(outputs, heads: configuration.heads[level], configuration) } : []
    upsampler = level > 0 ? Conv2d(outputs, outputs, kernel: 3, padding: 1) : nil
  }

  var children: [(key: String, module: any Module)] {
    keyed("resnets", resnets) + keyed("attentions", attentions)
      + (upsampler.map { [("upsamplers.0.conv", $0)] } ?? [])
  }

  /// Takes as many of `skips` as it has layers, from the end.
  func callAsFunction(_ x: Tensor, skips: inout [Tensor], time: Tensor, context: Tensor, _ mode: Mode) -> Tensor {
    var h = x
    for (layer, resnet) in resnets.enumerated() {
      h = resnet(Tensor.concatenated([h, skips.removeLast()], dimension: 1), time: time, mode)
      if !attentions.isEmpty { h = attentions[layer](h, context: context) }
    }
    // As large as what it meets next, which isn't always twice as large: odd sizes were rounded up on the way down.
    if let upsampler, let next = skips.last {
      h = upsampler(upsampling: h, height: next.extent(2), width: next.extent(3))
    }
    return h
  }
}

private func keyed(_ key: String, _ modules: [some Module]) -> [(key: String, module: any Module)] {
  modules.enumerated().map { ("\(key).\($0)", $1) }
}
