import Torch
import TorchNN

/// Self-attention, cross-attention, GEGLU feed-forward, each behind a LayerNorm and added to its input.
/// Shapes: [n, tokens, channels], context [n, others, contextChannels] → [n, tokens, channels].
final class TransformerBlock: Module {
  private let norm1: LayerNorm
  private let selfAttention: Attention
  private let norm2: LayerNorm
  private let crossAttention: Attention
  private let norm3: LayerNorm
  private let feedForwardIn: Linear
  private let feedForwardOut: Linear

  init(channels: Int, contextChannels: Int, heads: Int) {
    norm1 = LayerNorm(channels)
    selfAttention = Attention(channels: channels, heads: heads)
    norm2 = LayerNorm(channels)
    crossAttention = Attention(channels: channels, contextChannels: contextChannels, heads: heads)
    norm3 = LayerNorm(channels)
    feedForwardIn = Linear(channels, 8 * channels)
    feedForwardOut = Linear(4 * channels, channels)
  }

  var children: [(key: String, module: any Module)] {
    [
      ("norm1", norm1), ("attn1", selfAttention), ("norm2", norm2), ("attn2", crossAttention), ("norm3", norm3),
      ("ff.net.0.proj", feedForwardIn), ("ff.net.2", feedForwardOut),
    ]
  }

  func callAsFunction(_ x: Tensor, context: Tensor) -> Tensor {
    var x = x + selfAttention(norm1(x))
    let isShort = context.extent(1) == 1 && !Runtime.followsPyTorch
    x = x + (isShort ? crossAttention(oneToken: context) : crossAttention(norm2(x), context: context))
    return x + feedForwardOut(geglu(feedForwardIn(norm3(x))))
  }

  /// Shazeer 2020: the first half of the channels times GELU of the second.
  private func geglu(_ x: Tensor) -> Tensor {
    let half = x.extent(-1) / 2
    return x.narrowed(2, 0..<half) * x.narrowed(2, half..<2 * half).gelu()
  }
}
