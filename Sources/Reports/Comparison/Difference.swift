/// A group's metric less its baseline's.
public struct Difference: Equatable, Sendable {
  public enum Verdict: String, Sendable { case better, worse, same, undecided }

  /// Why nothing was decided.
  public enum Reason: Hashable, Sendable {
    case noCommonSeed, oneCommonSeed, sameStages, notFinite, noDirection, intervalTooWide
  }

  /// Nil where no seed is in both.
  public let mean: Double?
  /// The 95 % interval that holds together with those of all other differences of this metric; nil where nothing says
  /// how much seeds differ.
  public let interval: ClosedRange<Double>?
  /// How many seeds are in both.
  public let seedCount: Int
  /// Two groups are the same for all purposes where they are no further apart than this.
  public let delta: Double
  public let verdict: Verdict
  /// Nil where the verdict is not `undecided`.
  public let reason: Reason?
  /// About how many seeds would decide, where nothing but their number is wanting; nil: more than a thousand.
  public internal(set) var seedsToDecide: Int?

  init(
    mean: Double?, halfWidth: Double?, seedCount: Int, delta: Double, isSameMeasurement: Bool, direction: Direction?
  ) {
    self.mean = mean
    self.seedCount = seedCount
    self.delta = delta
    interval = mean.flatMap { mean in halfWidth.map { (mean - $0)...(mean + $0) } }
    (verdict, reason) = Self.judge(
      mean, interval, delta: delta, isSameMeasurement: isSameMeasurement, direction: direction)
  }

  var halfWidth: Double? { interval.map { ($0.upperBound - $0.lowerBound) / 2 } }

  /// If the interval holds the truth, no verdict is wrong: `same` that the truth lies within ±δ, `better` and `worse`
  /// that it lies on that side of 0.
  private static func judge(
    _ mean: Double?, _ interval: ClosedRange<Double>?, delta: Double, isSameMeasurement: Bool, direction: Direction?
  ) -> (Verdict, Reason?) {
    guard let mean else { return (.undecided, .noCommonSeed) }
    if isSameMeasurement { return (.undecided, .sameStages) }
    guard mean.isFinite else { return (.undecided, .notFinite) }
    guard let interval else { return (.undecided, .oneCommonSeed) }
    if interval.lowerBound >= -delta, interval.upperBound <= delta { return (.same, nil) }
    if interval.contains(0) { return (.undecided, .intervalTooWide) }
    guard let direction else { return (.undecided, .noDirection) }
    return (mean < 0) == (direction == .lowerIsBetter) ? (.better, nil) : (.worse, nil)
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
    case .intervalTooWide: "the interval of the difference holds 0, and more than ±δ"
    }
  }
}
