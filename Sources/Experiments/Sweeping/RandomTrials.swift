/// Combinations drawn at random, each once: draw by draw, those that come to the same as an earlier one left out.
struct RandomTrials {
  private let expansion: Expansion
  private var known: Set<[Value]>
  private var draw = 0
  /// After so many draws of what is known, there is nothing else to draw, or as good as nothing.
  private static let mostInVain = 10_000

  /// - Parameter known: what is left out too, as `Expansion.outcome` gives it.
  init(_ expansion: Expansion, known: Set<[Value]> = []) {
    self.expansion = expansion
    self.known = known
  }

  /// Nil where nothing else can be drawn.
  mutating func next() -> Trial? {
    guard let sweep = expansion.experiment.sweep, known.count < expansion.combinations else { return nil }
    for _ in 0..<Self.mostInVain {
      let trial = Trial(expansion.axes.map { $0.value(seed: sweep.seed, draw: draw) })
      draw += 1
      if known.insert(expansion.outcome(of: trial)).inserted { return trial }
    }
    return nil
  }
}
