public import Torch
public import TorchNN

/// The denoising network ε_θ(x_t, t, context): diffusers' `UNet2DConditionModel`, with its parameter names.
public final class UNet2DConditionModel: Module {
  public let configuration: Configuration
  private let convIn: Conv2d
  private let timeEmbedding: TimestepEmbedding
  private let contextProjection: Linear?
  private let downBlocks: [DownBlock2D]
  private let midBlock: MidBlock2D
  private let upBlocks: [UpBlock2D]
  private let convNormOut: GroupNorm
  private let convOut: Conv2d

  /// - Parameter name: goes before the names of its dropout layers.
  public init(_ configuration: Configuration, name: String = "unet") {
    self.configuration = configuration
    let width = configuration.blockOutChannels[0]
    let levels = 0..<configuration.levels
    convIn = Conv2d(configuration.inChannels, width, kernel: 3, padding: 1)
    timeEmbedding = TimestepEmbedding(width, configuration.timeChannels)
    contextProjection = configuration.encoderHidDim.map { Linear($0, configuration.crossAttentionDim) }
    downBlocks = levels.map { DownBlock2D(level: $0, configuration, name: name) }
    midBlock = MidBlock2D(configuration, name: name)
    upBlocks = levels.reversed().map { UpBlock2D(level: $0, configuration, name: name) }
    convNormOut = GroupNorm(groups: configuration.normGroups, width, eps: configuration.normEpsilon)
    convOut = Conv2d(width, configuration.outChannels, kernel: 3, padding: 1)
  }

  public var children: [(key: String, module: any Module)] {
    [("conv_in", convIn), ("time_embedding", timeEmbedding)]
      + (contextProjection.map { [("encoder_hid_proj", $0)] } ?? [])
      + downBlocks.enumerated().map { ("down_blocks.\($0)", $1) } + [("mid_block", midBlock)]
      + upBlocks.enumerated().map { ("up_blocks.\($0)", $1) }
      + [("conv_norm_out", convNormOut), ("conv_out", convOut)]
  }

  /// - Parameters:
  ///   - x: [n, inChannels, h, w].
  ///   - timesteps: [n], or [1] for all.
  ///   - context: the encoder hidden states, [n, tokens, encoderHidDim], or [n, tokens, crossAttentionDim] where there
  ///     is no `encoderHidDim`.
  /// - Returns: [n, outChannels, h, w].
  public func callAsFunction(_ x: Tensor, timesteps: Tensor, context: Tensor, _ mode: Mode = .evaluation) -> Tensor {
    // One timestep for all pictures is embedded once.
    let steps = Runtime.followsPyTorch ? timesteps.expanded([x.extent(0)]) : timesteps
    let features = timestepFeatures(steps, channels: configuration.blockOutChannels[0])
    let time = timeEmbedding(features).silu()
    let context = contextProjection.map { $0(context) } ?? context

    var h = convIn(Runtime.followsPyTorch ? x.contiguous() : x.channelsLast())
    var skips = [h]
    for block in downBlocks {
      let outputs = block(h, time: time, context: context, mode)
      skips += outputs
      h = outputs[outputs.count - 1]
    }
    h = midBlock(h, time: time, context: context, mode)
    for block in upBlocks {
      h = block(h, skips: &skips, time: time, context: context, mode)
    }
    return convOut(convNormOut.silu(h))
  }
}
