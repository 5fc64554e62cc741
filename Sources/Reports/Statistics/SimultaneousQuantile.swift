import Foundation
import Synchronization

/// How far the greatest of several comparisons strays by chance, in standard errors: what intervals are multiplied with
/// that shall hold all at once.
///
/// All comparisons share one estimate s of the standard deviation with ν degrees of freedom, so the probability is an
/// expectation over s/σ: P(q) = ∫ P(greatest ≤ q·s | σ = 1) f_ν(s) ds. Both this and the integral over what the
/// comparisons have in common are taken by the trapezoidal rule, which for such analytic integrands that vanish at both
/// ends converges exponentially (Trefethen and Weideman 2014); scipy's own values agree to 1e-6 and better.
public struct SimultaneousQuantile: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The greatest |t| of `comparisons` with one baseline, whose numerators correlate by `correlation` in 0..<1: ½ where
    /// all groups have equally many values (Dunnett 1955).
    case baseline(comparisons: Int, correlation: Double)
    /// The range of `groups` means in standard errors of one mean: Tukey's studentized range.
    case range(groups: Int)
  }

  public let kind: Kind
  /// ν > 0; may be infinite.
  public let degreesOfFreedom: Double

  public init(_ kind: Kind, degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "a spread needs positive degrees of freedom, not \(degreesOfFreedom)")
    self.kind = kind
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(greatest ≤ `q`), `q` ≥ 0.
  public func cumulative(_ q: Double) -> Double {
    // Beyond that a χ² is its mean to 1e-9.
    if degreesOfFreedom > 1e9 { return known(q) }
    let nu = degreesOfFreedom
    // u = ln s, with the density exp(g(u)) up to a constant; it ends where it has fallen to e^−40 of its mode.
    func g(_ u: Double) -> Double { nu * (u - 0.5 * expm1(2 * u)) }
    let low = edge {
      -$0
    } inside: {
      g($0) > -40
    }
    let high = edge {
      $0
    } inside: {
      g($0) > -40
    }
    let step = min(0.2, 0.4 / (2 * nu).squareRoot())
    var sum = 0.0
    var weights = 0.0
    for index in Int((low / step).rounded(.down))...Int((high / step).rounded(.up)) {
      let u = Double(index) * step
      let weight = exp(g(u))
      weights += weight
      sum += weight * known(q * exp(u))
    }
    return sum / weights
  }

  /// The q with P(greatest ≤ q) = `probability`, which lies in 0..<1.
  public func quantile(_ probability: Double) -> Double {
    precondition((0..<1).contains(probability), "a probability lies in 0..<1, not \(probability)")
    let question = Question(distribution: self, probability: probability)
    if let known = Self.answers.withLock({ $0[question] }) { return known }
    let answer = solved(probability)
    Self.answers.withLock { $0[question] = answer }
    return answer
  }

  /// Metrics of one comparison ask for the same numbers.
  private static let answers = Mutex<[Question: Double]>([:])

  private struct Question: Hashable {
    let distribution: SimultaneousQuantile
    let probability: Double
  }

  private func solved(_ probability: Double) -> Double {
    var low = 0.0
    var high = 1.0
    var below = -probability
    var above = cumulative(high) - probability
    while above < 0 {
      (low, below) = (high, above)
      high *= 2
      above = cumulative(high) - probability
    }
    // Regula falsi, halving the weight of an end that stays twice (Illinois).
    var last = 0
    for _ in 0..<100 where high - low > 1e-12 * high {
      let between = (low * above - high * below) / (above - below)
      let middle = between > low && between < high ? between : (low + high) / 2
      let value = cumulative(middle) - probability
      if abs(value) < 1e-14 { return middle }
      if value < 0 {
        (low, below) = (middle, value)
        if last < 0 { above /= 2 }
        last = -1
      } else {
        (high, above) = (middle, value)
        if last > 0 { below /= 2 }
        last = 1
      }
    }
    return (low + high) / 2
  }

  /// Doubled, then halved down to where `inside` ends.
  private func edge(_ sign: (Double) -> Double, inside: (Double) -> Bool) -> Double {
    var outer = 0.01
    while inside(sign(outer)) { outer *= 2 }
    var inner = outer / 2
    for _ in 0..<8 {
      let middle = (inner + outer) / 2
      if inside(sign(middle)) { inner = middle } else { outer = middle }
    }
    return sign(outer)
  }

  /// P(greatest ≤ `w`) where the standard deviation is known to be 1.
  private func known(_ w: Double) -> Double {
    switch kind {
    case .baseline(let comparisons, let correlation): knownBaseline(w, comparisons, correlation)
    case .range(let groups): knownRange(w, groups)
    }
  }

  private static let step = 0.1
  private static let steps = 90

  /// ∫ φ(z) [Φ((√ρ z + w)/√(1−ρ)) − Φ((√ρ z − w)/√(1−ρ))]^k dz, whose integrand is even in z.
  private func knownBaseline(_ w: Double, _ comparisons: Int, _ correlation: Double) -> Double {
    if w > 40 { return 1 }
    let shared = (correlation / (1 - correlation)).squareRoot()
    let width = w / (1 - correlation).squareRoot()
    if correlation == 0 { return pow(normalBetween(-width, width), Double(comparisons)) }
    var sum = 0.0
    for index in 0...Self.steps {
      let z = Double(index) * Self.step
      let inside = normalBetween(shared * z - width, shared * z + width)
      sum += (index == 0 ? 0.5 : 1) * normalDensity(z) * pow(inside, Double(comparisons))
    }
    return min(1, 2 * Self.step * sum)
  }

  /// k ∫ φ(z) [Φ(z) − Φ(z − w)]^(k−1) dz, z being the greatest.
  private func knownRange(_ w: Double, _ groups: Int) -> Double {
    if w > 60 { return 1 }
    var sum = 0.0
    for index in -Self.steps...Self.steps {
      let z = Double(index) * Self.step
      sum += normalDensity(z) * pow(normalBetween(z - w, z), Double(groups - 1))
    }
    return min(1, Double(groups) * Self.step * sum)
  }
}

func normalDensity(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

/// Φ(`high`) − Φ(`low`), without the cancellation of two numbers near 1.
func normalBetween(_ low: Double, _ high: Double) -> Double {
  func upper(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }
  return low > 0 ? upper(low) - upper(high) : upper(-high) - upper(-low)
}
