import Foundation

/// The regularised incomplete beta function I_x(a, b), a, b > 0.
///
/// Source: the continued fraction 26.5.8 of Abramowitz and Stegun, *Handbook of Mathematical Functions*, evaluated by
/// Lentz's method; beyond the distribution's bulk it is taken on the other side, I_x(a, b) = 1 − I_{1−x}(b, a), where it
/// converges fast.
struct IncompleteBeta {
  let a: Double
  let b: Double

  /// `complement` is 1 − `x`, given apart because it vanishes in `x` near 1.
  func value(_ x: Double, complement: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    // x^a · (1−x)^b / B(a, b)
    let logX = complement < 0.5 ? log1p(-complement) : log(x)
    let logComplement = x < 0.5 ? log1p(-x) : log(complement)
    let factor = exp(a * logX + b * logComplement - logBeta)
    return x < (a + 1) / (a + b + 2)
      ? factor * Self.fraction(a, b, x) / a
      : 1 - factor * Self.fraction(b, a, complement) / b
  }

  /// ln B(a, b). For a large a and b = ½, Γ(a + ½) and Γ(a) are huge and nearly equal, so the logarithm of their ratio
  /// comes from its own asymptotic series (from Stirling's, 6.1.40).
  private var logBeta: Double {
    if b == 0.5, a >= 25 {
      let inverse = 1 / a
      let square = inverse * inverse
      let series = inverse * (-1 / 8 + square * (1 / 192 + square * (-1 / 640 + square * (17 / 14_336))))
      return 0.5 * log(Double.pi) - 0.5 * log(a) - series
    }
    return logGamma(a) + logGamma(b) - logGamma(a + b)
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func apart(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / apart(1 - (a + b) * x / (a + 1))
    var fraction = d
    for m in stride(from: 1.0, through: 10_000, by: 1) {
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / apart(1 + even * d)
      c = apart(1 + even / c)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / apart(1 + odd * d)
      c = apart(1 + odd / c)
      fraction *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return fraction
  }
}

func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}
