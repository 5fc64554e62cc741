import Torch
import TorchNN

/// Multi-head attention; without `context`, of the sequence to itself.
/// Shapes: [n, tokens, channels], context [n, others, contextChannels] → [n, tokens, channels].
final class Attention: Module {
  private let toQ: Linear
  private let toK: Linear
  private let toV: Linear
  private let toOut: Linear
  private let heads: Int

  init(channels: Int, contextChannels: Int? = nil, heads: Int) {
    toQ = Linear(channels, channels, bias: false)
    toK = Linear(contextChannels ?? channels, channels, bias: false)
    toV = Linear(contextChannels ?? channels, channels, bias: false)
    toOut = Linear(channels, channels)
    self.heads = heads
  }

  var children: [(key: String, module: any Module)] {
    [("to_q", toQ), ("to_k", toK), ("to_v", toV), ("to_out.0", toOut)]
  }

  /// - Parameter addend: added to the result; of its shape.
  func callAsFunction(_ x: Tensor, context: Tensor? = nil, plus addend: Tensor) -> Tensor {
    let source = context ?? x
    let (n, tokens) = (x.extent(0), x.extent(1))
    func split(_ y: Tensor) -> Tensor { y.reshaped([n, y.extent(1), heads, -1]).permuted([0, 2, 1, 3]) }
    let attended = split(toQ(x)).attention(split(toK(source)), split(toV(source)))
    return toOut(attended.permuted([0, 2, 1, 3]).reshaped([n, tokens, -1]), plus: addend)
  }

  /// What a context of one token contributes to every token: softmax over one key is 1, so the query has no say, and
  /// the gradients of `to_q` and `to_k` are exactly zero.
  /// Shape: [n, 1, contextChannels] → [n, 1, channels].
  func callAsFunction(oneToken context: Tensor) -> Tensor { toOut(toV(context)) }
}
