import Torch
import TorchNN

/// A transformer over a picture's pixels. Shapes: [n, channels, h, w], context [n, others, contextChannels] → the input's.
final class Transformer2DModel: Module {
  private let norm: GroupNorm
  private let projectionIn: Conv2d
  private let block: TransformerBlock
  private let projectionOut: Conv2d

  init(_ channels: Int, heads: Int, _ configuration: UNet2DConditionModel.Configuration) {
    norm = GroupNorm(groups: configuration.normGroups, channels, eps: 1e-6)
    projectionIn = Conv2d(channels, channels, kernel: 1)
    block = TransformerBlock(
      channels: channels, contextChannels: configuration.crossAttentionDim, heads: heads)
    projectionOut = Conv2d(channels, channels, kernel: 1)
  }

  var children: [(key: String, module: any Module)] {
    [
      ("norm", norm), ("proj_in", projectionIn), ("transformer_blocks.0", block), ("proj_out", projectionOut),
    ]
  }

  func callAsFunction(_ x: Tensor, context: Tensor) -> Tensor {
    let (n, c, h, w) = (x.extent(0), x.extent(1), x.extent(2), x.extent(3))
    var tokens = projectionIn(norm(x)).permuted([0, 2, 3, 1]).reshaped([n, h * w, c])
    tokens = block(tokens, context: context)
    let pixels = tokens.reshaped([n, h, w, c]).permuted([0, 3, 1, 2])
    return projectionOut(Runtime.followsPyTorch ? pixels.contiguous() : pixels, plus: x)
  }
}
