extension NoiseSchedule {
  /// The signal-to-noise ratio ᾱ_t/(1 − ᾱ_t): from large to near 0 as t grows.
  public func snr(at t: Int) -> Double {
    let alphaBar = alphasCumulative[t]
    let (signal, sigma) = (alphaBar.rootAsPyTorch, (1 - alphaBar).rootAsPyTorch)
    return Double((signal / sigma) * (signal / sigma))
  }

  /// How much each picture's squared error counts with min-SNR-γ weighting (Hang et al. 2023, section 3.4): as
  /// min(SNR, γ) does for a network that predicts x_0, in terms of what this one predicts.
  /// - Parameters:
  ///   - t: one a picture.
  ///   - gamma: γ > 0; its authors advise 5.
  /// - Returns: one a picture, ≥ 0.
  public func minSNRWeights(at t: [Int], gamma: Double, _ prediction: Prediction) -> [Double] {
    t.map { t in
      let snr = snr(at: t)
      switch prediction {
      // min(SNR, γ)/SNR, which is 1 where no signal is left.
      case .epsilon: return min(1, gamma / snr)
      case .sample: return min(snr, gamma)
      case .velocity: return min(snr, gamma) / (snr + 1)
      }
    }
  }
}
