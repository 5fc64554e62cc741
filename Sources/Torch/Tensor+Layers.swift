import CTorch

/// The operators that networks are made of.
extension Tensor {
  public func silu() -> Tensor { Tensor(handle: trapping("silu", [self]) { ctorch_silu(handle, &$0) }) }

  /// x·Φ(x), exact (Hendrycks & Gimpel 2016).
  public func gelu() -> Tensor { Tensor(handle: trapping("gelu", [self]) { ctorch_gelu(handle, &$0) }) }

  /// Shazeer 2020, equation 6: the first half of the last dimension times GELU of the second. Shape: [..., 2·n] → [..., n].
  public func geglu() -> Tensor { Tensor(handle: trapping("geglu", [self]) { ctorch_geglu(handle, &$0) }) }

  /// x·Wᵀ + b + addend. Shapes: [..., in], weight [out, in], bias [out], addend the result's → [..., out].
  public func linear(_ weight: Tensor, _ bias: Tensor?, plus addend: Tensor? = nil) -> Tensor {
    FlopCounter.current?.add(2 * count * weight.extent(0))
    return Tensor(
      handle: trapping("linear", [self, weight, bias, addend].compactMap(\.self)) {
        ctorch_linear(handle, weight.handle, bias?.handle, addend?.handle, &$0)
      })
  }

  /// x * w + b + addend. Shapes: [n, in, h, w], weight [out, in, kernel, kernel], bias [out], addend the result's
  /// → [n, out, h', w'].
  public func conv2d(
    _ weight: Tensor, _ bias: Tensor?, stride: Int = 1, padding: Int = 0, plus addend: Tensor? = nil
  ) -> Tensor {
    let result = Tensor(
      handle: trapping("conv2d", [self, weight, bias, addend].compactMap(\.self)) {
        ctorch_conv2d(handle, weight.handle, bias?.handle, addend?.handle, Int64(stride), Int64(padding), &$0)
      })
    // Every output element is a sum over a window of all input channels.
    FlopCounter.current?.add(2 * result.count * weight.count / weight.extent(0))
    return result
  }

  /// x * w + b with padding 1, x being self made as large as `height` and `width` by repeating pixels.
  /// Shapes: [n, in, h, w], weight [out, in, 3, 3], bias [out] → [n, out, height, width].
  public func upsampledConv2d(_ weight: Tensor, _ bias: Tensor, height: Int, width: Int) -> Tensor {
    let result = Tensor(
      handle: trapping("upsampledConv2d", [self, weight, bias]) {
        ctorch_upsampled_conv2d(handle, Int64(height), Int64(width), weight.handle, bias.handle, &$0)
      })
    // Counted as they are usually done, one by one, even where some are added up first.
    FlopCounter.current?.add(2 * result.count * weight.count / weight.extent(0))
    return result
  }

  /// Wu & He 2018, over [n, c, ...].
  /// - Parameters:
  ///   - shift: [n, c]; added to every pixel first.
  ///   - silu: whether SiLU follows.
  public func groupNorm(
    groups: Int, _ weight: Tensor, _ bias: Tensor, eps: Double, plus shift: Tensor? = nil, silu: Bool = false
  ) -> Tensor {
    Tensor(
      handle: trapping("groupNorm", [self, shift, weight, bias].compactMap(\.self)) {
        ctorch_group_norm(handle, shift?.handle, Int64(groups), weight.handle, bias.handle, eps, silu, &$0)
      })
  }

  /// Ba et al. 2016, over the last dimension.
  public func layerNorm(_ weight: Tensor, _ bias: Tensor, eps: Double) -> Tensor {
    Tensor(
      handle: trapping("layerNorm", [self, weight, bias]) {
        ctorch_layer_norm(handle, weight.handle, bias.handle, eps, &$0)
      })
  }

  /// Softmax(q·kᵀ/√d)·v (Vaswani et al. 2017, equation 1), self being q.
  /// Shapes: [n, heads, tokens, d], k and v [n, heads, others, d] → [n, heads, tokens, d].
  public func attention(_ k: Tensor, _ v: Tensor) -> Tensor {
    // q·kᵀ, and its product with v.
    FlopCounter.current?.add(4 * count * k.extent(-2))
    return Tensor(
      handle: trapping("attention", [self, k, v]) { ctorch_attention(handle, k.handle, v.handle, &$0) })
  }

  /// Zeroes elements with probability `probability` and scales the others by 1/(1 − probability), each decided by its
  /// position: the stream's key, the epoch, the row's index, and the element within the row.
  /// - Parameter indices: one a row.
  public func dropout(_ probability: Double, key: SIMD2<UInt32>, epoch: Int, indices: [UInt32]) -> Tensor {
    Tensor(
      handle: trapping("dropout", [self]) {
        ctorch_dropout(handle, probability, key.x, key.y, UInt32(epoch), indices, indices.count, &$0)
      })
  }
}
