public import Torch

/// The squared Fréchet distance of two normal distributions fitted to features, |μ₁ − μ₂|² + Tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)
/// (Heusel et al. 2017, equation 6), with unbiased covariances. Shapes: [n, d], [m, d], float64.
public func frechetDistance(_ x: Tensor, _ y: Tensor) -> Double {
  let (a, b) = (NormalFit(x), NormalFit(y))
  return (a.mean - b.mean).square().sum().item() + a.variance + b.variance - 2 * a.traceOfRoot(with: b)
}

private struct NormalFit {
  /// [d].
  let mean: Tensor
  /// [d, d].
  let covariance: Tensor

  init(_ x: Tensor) {
    let columns = x.permuted([1, 0]).contiguous()
    mean = columns.rowMeans()
    let centred = columns - mean.reshaped([x.extent(1), 1])
    covariance = centred.linear(centred, nil) / Double(x.extent(0) - 1)
  }

  /// Tr(Σ).
  var variance: Double {
    let d = mean.count
    let values = covariance.values(as: Double.self)
    return (0..<d).reduce(0) { $0 + values[$1 * d + $1] }
  }

  /// Tr((Σ₁Σ₂)^½): Σ₁Σ₂ has the eigenvalues of the symmetric RᵀΣ₂R, where Σ₁ = RRᵀ.
  func traceOfRoot(with other: NormalFit) -> Double {
    let (values, vectors) = covariance.symmetricEigen()
    let root = vectors * values.clamped(0, .infinity).squareRoot()
    let transposed = root.permuted([1, 0]).contiguous()
    let product = transposed.linear(other.covariance, nil).linear(transposed, nil)
    let symmetric = (product + product.permuted([1, 0])) / 2
    return symmetric.symmetricEigen().values.clamped(0, .infinity).squareRoot().sum().item()
  }
}
