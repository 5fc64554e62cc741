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
    return IncompleteBeta(a: degreesOfFreedom / 2, b: 0.5).value(degreesOfFreedom / scale, complement: t * t / scale)
      / 2
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
