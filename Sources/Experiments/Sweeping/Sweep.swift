/// The `sweep:` block: which settings vary, over what, and how combinations are chosen.
public struct Sweep: Sendable {
  /// What the sweep is about; it orders no work in a grid.
  public struct Metric: Equatable, Sendable {
    public enum Goal: String, CaseIterable, Sendable { case minimize, maximize }

    public let name: String
    public let goal: Goal
  }

  public enum Method: String, CaseIterable, Sendable {
    /// Every combination.
    case grid
    /// Combinations drawn at random.
    case random
    /// Combinations proposed after those before them.
    case tpe
  }

  public let method: Method
  public let metric: Metric?
  /// Seeds of each combination: `seed`, `seed` + 1, ….
  public let repeats: Int
  /// At most so many runs, the first ones; nil: all.
  public let runCap: Int?
  /// Of what is drawn.
  public let seed: Int
  /// Nil: every run is trained to its end.
  public let earlyTermination: EarlyTermination?
  let axes: [Axis]
  let place: Place

  /// The swept settings and blocks, in the order of the file.
  public var axisNames: [String] { axes.map(\.name) }

  /// Which runs there are, or how far they are trained, follows from what others came to.
  public var isAdaptive: Bool { method == .tpe || earlyTermination != nil }
}
