/// Which combinations a sweep tries: those known beforehand, or for a search one after another.
public struct TrialSource: Sendable {
  private let expansion: Expansion
  private let sweep: Sweep?
  /// Nil until they are asked for.
  private var beforehand: [(trial: Trial, outcome: [Value])]?

  /// Throws `InputError` where there are too many runs.
  public init(_ experiment: Experiment) throws {
    expansion = try Expansion(experiment)
    sweep = experiment.sweep
  }

  /// What stored axes stand for; nil where the sweep has no such combination.
  public func trial(_ axes: [AxisValue], end: Int?) -> Trial? {
    let values = expansion.axes.compactMap { axis in
      axes.first { $0.axis == axis.name }.flatMap { axis.value(resolved: $0.settings, over: expansion.base) }
    }
    return values.count == expansion.axes.count ? Trial(values, end: end) : nil
  }

  /// What a combination comes to: equal for those that come to the same settings.
  public func outcome(of trial: Trial) -> [Value] { expansion.outcome(of: trial) }

  /// The combinations known beforehand, in order, with what they come to. Of a search, those it starts with.
  public mutating func trials() -> [(trial: Trial, outcome: [Value])] {
    if let beforehand { return beforehand }
    let trials = expansion.trials().map { ($0, expansion.outcome(of: $0)) }
    beforehand = trials
    return trials
  }

  /// At most so many.
  public var mostTrials: Int { expansion.mostTrials }

  /// The combination to try after `history`, which is in the order in which it was tried; nil at the end.
  public mutating func next(after history: [(trial: Trial, outcome: TrialOutcome)]) -> Trial? {
    guard history.count < expansion.mostTrials else { return nil }
    let known = Set(history.map { expansion.outcome(of: $0.trial) })
    guard sweep?.method == .tpe else {
      return trials().first { !known.contains($0.outcome) }?.trial
    }
    if let proposed = proposed(after: history, known) { return proposed }
    var draws = RandomTrials(expansion, known: known)
    // Where the rules between settings allow hardly anything, or the data are gone, an end is due.
    for _ in 0..<1000 {
      guard let trial = draws.next() else { return nil }
      if isPossible(trial) { return trial }
    }
    return nil
  }

  /// Proposals that are known or impossible are passed over, a few times.
  private func proposed(after history: [(trial: Trial, outcome: TrialOutcome)], _ known: Set<[Value]>) -> Trial? {
    let axes = expansion.axes
    let search = TreeParzenEstimator(dimensions: axes.compactMap(\.searchDimension), seed: sweep?.seed ?? 0)
    let tried = history.compactMap { tried -> TreeParzenEstimator.Trial? in
      let point = zip(axes, tried.trial.values).compactMap { $0.coordinate(of: $1) }
      return point.count == axes.count ? TreeParzenEstimator.Trial(point: point, outcome: tried.outcome) : nil
    }
    for attempt in 0..<20 {
      for point in search.proposals(trial: history.count, after: tried, attempt: attempt) {
        let trial = Trial(zip(axes, point).map { $0.value(at: $1) })
        if !known.contains(expansion.outcome(of: trial)), isPossible(trial) { return trial }
      }
    }
    return nil
  }

  /// Whether the rules between settings allow a combination.
  public func isPossible(_ trial: Trial) -> Bool { expansion.isPossible(trial) }
}
