/// Which trials go on beyond a rung: asynchronous successive halving, `get_job` of algorithm 2 of Li et al., *A system for
/// massively parallel hyperparameter tuning* (2020).
public struct SuccessiveHalving {
  /// Where a trial stands.
  public struct Standing {
    /// What it came to at each rung that it has reached; less is better.
    public var losses: [Double]
    /// The rung, counted from 0, at which it is left; nil while it goes on to the next, or beyond the last.
    public var restsAt: Int?
    /// How many rungs there are on its way.
    public var rungs: Int
    /// Whether it is under way.
    public var isOpen: Bool
    /// Whether it ended before it came to where it was to be judged next.
    public var hasFailed: Bool

    public init(losses: [Double], restsAt: Int?, rungs: Int, isOpen: Bool, hasFailed: Bool) {
      (self.losses, self.restsAt, self.rungs) = (losses, restsAt, rungs)
      (self.isOpen, self.hasFailed) = (isOpen, hasFailed)
    }
  }

  /// One of so many goes on.
  let eta: Int
  /// A rung is judged when no trial can come to it any more: successive halving in step, as in Hyperband.
  let isStrict: Bool

  public init(eta: Int, isStrict: Bool) {
    self.eta = eta
    self.isStrict = isStrict
  }

  /// The trial to promote from where it rests; nil where there is none.
  ///
  /// - Parameter isClosing: no further trial comes. Then the best of a rung to which none is under way goes on even where
  ///   they are fewer than `eta`, and another in the place of one that failed.
  public func promotion(among standings: [Standing], isClosing: Bool) -> Int? {
    guard isClosing || !isStrict else { return nil }
    let highest = standings.map(\.rungs).max() ?? 0
    // In step, a rung is judged before the one above it; else those furthest on go first.
    for rung in isStrict ? Array(0..<highest) : (0..<highest).reversed() {
      let isComplete = isClosing && !standings.contains { $0.isOpen && (!isStrict || $0.losses.count <= rung) }
      if isStrict, !isComplete { return nil }
      let ranked = Self.ranking(at: rung, standings)
      let quota = isComplete ? max(1, ranked.count / eta) : ranked.count / eta
      let candidates = isComplete ? ranked.filter { !standings[$0].hasFailed } : ranked
      if let best = candidates.prefix(quota).first(where: { standings[$0].restsAt == rung }) { return best }
    }
    return nil
  }

  /// Trials that have reached the rung, the best first; of equal ones the earlier.
  public static func ranking(at rung: Int, _ standings: [Standing]) -> [Int] {
    func loss(_ trial: Int) -> Double {
      let loss = standings[trial].losses[rung]
      return loss.isNaN ? .infinity : loss
    }
    return standings.indices.filter { standings[$0].losses.count > rung }.sorted { (loss($0), $0) < (loss($1), $1) }
  }
}
