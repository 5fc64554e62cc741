/// Fisher's F distribution: the ratio of two independent mean squares of the same variance.
///
/// Source: Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.6.2.
struct FisherF {
  /// Degrees of freedom above and below the line, > 0.
  let numerator: Double
  let denominator: Double

  /// P(F > `ratio`).
  func tail(_ ratio: Double) -> Double {
    if ratio.isNaN { return .nan }
    if ratio <= 0 { return 1 }
    if ratio == .infinity { return 0 }
    let scale = denominator + numerator * ratio
    return IncompleteBeta(a: denominator / 2, b: numerator / 2)
      .value(denominator / scale, complement: numerator * ratio / scale)
  }
}
