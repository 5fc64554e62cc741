import Foundation

/// Student's t distribution with `degreesOfFreedom` > 0.
///
/// Source: Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.5 and 26.7.
public struct StudentT: Equatable, Sendable {
  public let degreesOfFreedom: Double

  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "Student's t needs positive degrees of freedom, not \(degreesOfFreedom)")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(T ≤ `t`), 0…1.
  public func cumulative(_ t: Double) -> Double {
    t > 0 ? 1 - tail(t) : tail(-t)
  }

  /// P(T > `t`) for `t` ≥ 0: small where `t` is large, without the cancellation of 1 − P(T ≤ t).
  public func tail(_ t: Double) -> Double {
    // I_x(ν/2, ½)/2 with x = ν/(ν + t²); 1 − x is given apart, for it vanishes in x where t² ≪ ν.
    let scale = degreesOfFreedom + t * t
    return incompleteBeta(halfDegrees: degreesOfFreedom / 2, x: degreesOfFreedom / scale, complement: t * t / scale) / 2
  }

  /// The t with P(T ≤ t) = `probability`, which lies in 0…1.
  public func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a probability lies in 0…1, not \(probability)")
    if probability == 0.5 { return 0 }
    return probability > 0.5
      ? upperQuantile(tailProbability: 1 - probability) : -upperQuantile(tailProbability: probability)
  }

  /// The t ≥ 0 that leaves `tailProbability` ≤ ½ above it: bracketed by doubling, then halved down to the last bit.
  private func upperQuantile(tailProbability: Double) -> Double {
    if tailProbability == 0 { return .infinity }
    var high = 1.0
    while tail(high) > tailProbability { high *= 2 }
    var low = 0.0
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return middle }
      if tail(middle) > tailProbability { low = middle } else { high = middle }
    }
  }
}

/// The regularised incomplete beta function I_x(a, ½) for a = `halfDegrees`, with `complement` = 1 − x.
///
/// Source: the continued fraction 26.5.8 of Abramowitz and Stegun, evaluated by Lentz's method; beyond the
/// distribution's bulk it is taken on the other side, I_x(a, b) = 1 − I_{1−x}(b, a), where it converges fast.
private func incompleteBeta(halfDegrees a: Double, x: Double, complement: Double) -> Double {
  if x <= 0 { return 0 }
  if complement <= 0 { return 1 }
  let b = 0.5
  // x^a · (1−x)^b / B(a, b), with B(a, ½) = Γ(a) √π / Γ(a + ½).
  let logX = complement < 0.5 ? log1p(-complement) : log(x)
  let factor = exp(a * logX + b * log(complement) + logGammaHalfStep(a) - 0.5 * log(Double.pi))
  return x < (a + 1) / (a + b + 2)
    ? factor * betaFraction(a, b, x) / a
    : 1 - factor * betaFraction(b, a, complement) / b
}

private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
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

/// ln Γ(a + ½) − ln Γ(a). For a large a both terms are huge and nearly equal, so their difference comes from its own
/// asymptotic series (from Stirling's, 6.1.40 of Abramowitz and Stegun).
private func logGammaHalfStep(_ a: Double) -> Double {
  if a < 25 { return logGamma(a + 0.5) - logGamma(a) }
  let inverse = 1 / a
  let square = inverse * inverse
  let series = inverse * (-1 / 8 + square * (1 / 192 + square * (-1 / 640 + square * (17 / 14_336))))
  return 0.5 * log(a) + series
}

private func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}
