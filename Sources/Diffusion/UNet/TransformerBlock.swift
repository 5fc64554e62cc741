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
    var x = selfAttention(norm1(x), plus: x)
    let isShort = context.extent(1) == 1 && !Runtime.followsPyTorch
    x = isShort ? x + crossAttention(oneToken: context) : crossAttention(norm2(x), context: context, plus: x)
    return feedForwardOut(feedForwardIn(norm3(x)).geglu(), plus: x)
  }
}
