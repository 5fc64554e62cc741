import Foundation
import Randomness

/// The random numbers of one proposal, one after another: they hang on the seed and the proposal alone, so a search goes
/// on after a kill as if it had never stopped.
struct SearchDraws {
  private let stream: RandomStream
  private let trial: Int
  private let attempt: Int
  private var element = 0

  init(seed: Int, trial: Int, attempt: Int) {
    stream = RandomStream(seed: seed, purpose: "sweep.tpe")
    self.trial = trial
    self.attempt = attempt
  }

  /// In [0, 1).
  mutating func uniform() -> Double {
    element += 1
    return stream.uniform(epoch: attempt, index: trial, element: element - 1)
  }

  /// Standard normal (Box and Muller, 1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }
}
