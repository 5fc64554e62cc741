import Foundation

/// What became of a point that was tried.
public enum TrialOutcome: Equatable, Sendable {
  /// Less is better.
  case finished(loss: Double)
  /// Left after so many epochs.
  case stopped(epochs: Int, loss: Double)
  case running
  /// Of which nothing is learnt.
  case failed
}

/// Proposes points where those that were good are dense, and those that were not are sparse: the tree-structured Parzen
/// estimator of Bergstra et al. (2011), with the defaults of Optuna's `TPESampler`.
struct TreeParzenEstimator {
  struct Trial {
    let point: ParzenEstimator.Point
    let outcome: TrialOutcome
  }

  let dimensions: [SearchDimension]
  let seed: Int

  /// Until so many trials have ended, points are drawn at random.
  static let startupTrials = 10
  private static let candidates = 24

  /// Points for trial number `trial`, the best first; empty until enough is known.
  ///
  /// - Parameters:
  ///   - history: the trials so far, in the order in which they were proposed.
  ///   - attempt: another one gives other points.
  func proposals(trial: Int, after history: [Trial], attempt: Int) -> [ParzenEstimator.Point] {
    let ended = history.count { $0.outcome.isKnown }
    guard ended >= Self.startupTrials else { return [] }
    let good = Self.good(history, count: min(Int((0.1 * Double(ended)).rounded(.up)), 25))
    let bad = history.indices.filter { !good.contains($0) && history[$0].outcome != .failed }
    let below = ParzenEstimator(dimensions, observations: good.sorted().map { history[$0].point })
    let above = ParzenEstimator(dimensions, observations: bad.map { history[$0].point })
    var draws = SearchDraws(seed: seed, trial: trial, attempt: attempt)
    let scored = (0..<Self.candidates).map { _ in
      let point = below.sample(&draws)
      return (point: point, score: below.logDensity(point) - above.logDensity(point))
    }
    let order = scored.indices.sorted { (-scored[$0].score, $0) < (-scored[$1].score, $1) }
    return order.map { scored[$0].point }
  }

  /// The best: finished ones before stopped ones, and of these those that went further.
  private static func good(_ history: [Trial], count: Int) -> Set<Int> {
    let ranked = history.indices.filter { history[$0].outcome.isKnown }.sorted { first, second in
      let (a, b) = (history[first].outcome.rank, history[second].outcome.rank)
      return (-a.epochs, a.loss, first) < (-b.epochs, b.loss, second)
    }
    return Set(ranked.prefix(count))
  }
}

extension TrialOutcome {
  fileprivate var isKnown: Bool {
    switch self {
    case .finished, .stopped: true
    case .running, .failed: false
    }
  }

  fileprivate var rank: (epochs: Int, loss: Double) {
    func ordered(_ loss: Double) -> Double { loss.isNaN ? .infinity : loss }
    return switch self {
    case .finished(let loss): (.max, ordered(loss))
    case .stopped(let epochs, let loss): (epochs, ordered(loss))
    case .running, .failed: (0, .infinity)
    }
  }
}
