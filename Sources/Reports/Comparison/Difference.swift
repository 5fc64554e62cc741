/// A group's metric less the baseline's, paired by seed.
public struct Difference: Equatable, Sendable {
  public enum Verdict: String, Sendable { case better, worse, undecided }

  /// Why nothing was decided.
  public enum Reason: Hashable, Sendable {
    case noCommonSeed, oneCommonSeed, sameStages, notFinite, noDirection, intervalHoldsZero
  }

  /// Mean of the differences and its 95 % interval; nil where no seed is in both.
  public let estimate: Estimate?
  public let verdict: Verdict
  /// Nil where the verdict is not `undecided`.
  public let reason: Reason?

  init(_ group: SeedMeans, from baseline: SeedMeans, direction: Direction?) {
    let seeds = group.seeds.filter { baseline.means[$0] != nil }
    estimate = Estimate(
      seeds.compactMap { seed in
        baseline.means[seed].flatMap { base in group.means[seed].map { $0 - base } }
      })
    let sharesStages = seeds.allSatisfy { group.stages[$0] == baseline.stages[$0] }
    (verdict, reason) = Difference.judge(estimate, sharesStages: sharesStages, direction: direction)
  }

  private static func judge(
    _ estimate: Estimate?, sharesStages: Bool, direction: Direction?
  ) -> (Verdict, Reason?) {
    guard let estimate else { return (.undecided, .noCommonSeed) }
    if sharesStages { return (.undecided, .sameStages) }
    guard estimate.mean.isFinite else { return (.undecided, .notFinite) }
    guard let interval = estimate.interval else { return (.undecided, .oneCommonSeed) }
    guard let direction else { return (.undecided, .noDirection) }
    if interval.contains(0) { return (.undecided, .intervalHoldsZero) }
    return (estimate.mean < 0) == (direction == .lowerIsBetter) ? (.better, nil) : (.worse, nil)
  }
}

extension Difference.Reason {
  /// Completes `undecided for validation.l1: …`.
  var sentence: String {
    switch self {
    case .noCommonSeed: "no seed was run in both groups"
    case .oneCommonSeed: "one seed in both groups does not tell how much seeds differ"
    case .sameStages: "both groups share the same stages, so there is nothing to tell apart"
    case .notFinite: "a value is no finite number"
    case .noDirection: "it is not known whether lower or higher is better"
    case .intervalHoldsZero: "the interval of the difference holds 0"
    }
  }
}
