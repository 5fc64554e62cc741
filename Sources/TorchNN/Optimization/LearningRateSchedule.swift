import Foundation

/// The learning rate of every step, in parts of the base rate: a linear warm-up from 0, then what the kind says. At the
/// same step the factors are those of diffusers' `get_scheduler`.
///
/// Progress is counted in epochs: before step s (0-based) of n in epoch k it is k + s/n. So, as in diffusers, the first
/// step of a warm-up has the rate 0: it moves no weight, and only starts the optimizer's moments.
public struct LearningRateSchedule: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case constant
    /// Falls in a straight line to `final` at the end.
    case linear(final: Double)
    /// Falls along half a period of a cosine to `final` at the end (Loshchilov & Hutter 2017, equation 5).
    case cosine(final: Double)
    /// `factor` once more after every `epochs` epochs, counted from the training's start.
    case step(epochs: Double, factor: Double)
  }

  public var kind: Kind
  /// Of the linear warm-up, ≥ 0.
  public var warmupEpochs: Double

  public init(_ kind: Kind, warmupEpochs: Double = 0) {
    self.kind = kind
    self.warmupEpochs = warmupEpochs
  }

  /// - Parameters:
  ///   - progress: epochs before this step, 0..<totalEpochs.
  ///   - totalEpochs: where linear and cosine end.
  public func rate(base: Double, progress: Double, totalEpochs: Double) -> Double {
    base * factor(progress: progress, totalEpochs: totalEpochs)
  }

  private func factor(progress: Double, totalEpochs: Double) -> Double {
    let warmup = warmupEpochs > 0 ? min(1, progress / warmupEpochs) : 1
    let isWarm = progress < warmupEpochs
    /// 0…1 from the warm-up's end to the training's.
    let x = isWarm ? 0 : min(1, (progress - warmupEpochs) / max(totalEpochs - warmupEpochs, .leastNonzeroMagnitude))
    switch kind {
    case .constant: return warmup
    case .linear(let final): return warmup * (1 - x * (1 - final))
    case .cosine(let final): return warmup * (final + (1 - final) * (1 + cos(.pi * x)) / 2)
    case .step(let epochs, let factor): return warmup * pow(factor, (progress / epochs).rounded(.down))
    }
  }
}
