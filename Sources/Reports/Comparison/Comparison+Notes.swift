import Experiments
import Foundation

extension Comparison {
  /// What else varies: within every group alike, or from group to group, where it may be the cause of a difference.
  func about(_ confounding: Confounding, withoutCounterpart: Int) -> [String] {
    func listed(_ settings: [(key: String, values: String)]) -> String {
      settings.map { "\($0.key) (\($0.values))" }.joined(separator: ", ")
    }
    var notes: [String] = []
    if !confounding.crossed.isEmpty { notes.append("Averaged over in every group: \(listed(confounding.crossed)).") }
    if !confounding.allowed.isEmpty {
      notes.append("Allowed to differ between groups, and perhaps the cause: \(listed(confounding.allowed)).")
    }
    if withoutCounterpart > 0 {
      notes.append("Left out: \(counted(withoutCounterpart, "run")) without a counterpart of its seed in every group.")
    }
    return notes
  }

  func aboutMeans() -> [String] {
    if groups.contains(where: { $0.estimates.values.contains { $0.interval != nil } }) {
      return ["± is half of the 95 % interval of the mean over n seeds, of each group for itself."]
    }
    return metrics.isEmpty ? [] : ["One seed a group: nothing says how much of a difference is chance."]
  }

  /// How the differences' intervals came about, and what counts as the same.
  func aboutDifferences(_ differences: [String: MetricDifferences], _ margin: Margin) -> [String] {
    guard hasBaseline else { return [] }
    var notes: [String] = []
    let count = differences.values.map(\.comparisonCount).max() ?? 0
    let together = count > 1 ? "for all \(count) differences of a metric at once" : "each for its metric"
    func metrics(_ fits: (MetricDifferences.Method) -> Bool) -> [String] {
      self.metrics.filter { differences[$0].map { fits($0.method) } ?? false }
    }
    if !metrics({ $0 == .pooled }).isEmpty {
      let degrees = metrics { $0 == .pooled }.compactMap { differences[$0]?.degreesOfFreedom }.min()
      let known = degrees.map { " with \($0.fixed(decimals: $0 == $0.rounded() ? 0 : 1)) degrees of freedom or more" }
      notes.append(
        "Differences are paired by seed; their 95 % intervals hold \(together) (seeds as blocks, pooled residuals"
          + "\(known ?? "")).")
    }
    let unpooled = metrics { $0 == .unpooled }
    if !unpooled.isEmpty {
      notes.append(
        "Groups spread too differently to be pooled in \(unpooled.joined(separator: ", ")): each difference has its own "
          + "pairs alone, and the intervals hold \(together) (Bonferroni).")
    }
    if let resampled = self.metrics.compactMap({ differences[$0]?.method }).first(where: {
      if case .bootstrap = $0 { true } else { false }
    }), case .bootstrap(let seeds) = resampled {
      notes.append(
        "Differences are paired by seed; their 95 % intervals hold \(together) (wild bootstrap over \(seeds) seeds).")
    }
    if groups.contains(where: { $0.differences.values.contains { $0.interval != nil } }) {
      let widths = self.metrics.map { (margin.text(of: $0), $0) }
      let texts = Set(widths.map(\.0)).count == 1 ? [widths[0].0] : widths.map { "\($0.0) for \($0.1)" }
      notes.append("same: within ±δ, δ = \(texts.joined(separator: ", ")).")
    }
    return notes
  }

  /// A warning where groups had more to learn from than others: seconds vary by a quarter on one machine.
  func aboutSpend() -> [String] {
    func range(_ values: [Double?]) -> (least: Double, greatest: Double)? {
      let known = values.compactMap(\.self)
      guard known.count > 1, let least = known.min(), let greatest = known.max() else { return nil }
      return (least, greatest)
    }
    var unequal: [String] = []
    if let (least, greatest) = range(groups.map(\.spend?.picturesSeen)), greatest > 1.001 * least {
      unequal.append("from \(least.readablePictures) to \(greatest.readablePictures) pictures seen")
    }
    if let (least, greatest) = range(groups.map(\.spend?.seconds)), greatest > max(1.25 * least, least + 1) {
      unequal.append(
        "from \(readableDuration(seconds: least)) to \(readableDuration(seconds: greatest)) of training")
    }
    return unequal.isEmpty
      ? [] : ["Warning: compute is unequal, \(unequal.joined(separator: " and ")); that alone may make a difference."]
  }

  func undecidedBecause() -> [String] {
    var metricsByReason: [(Difference.Reason, [String])] = []
    for key in metrics {
      for reason in groups.compactMap({ $0.differences[key]?.reason }) {
        if let index = metricsByReason.firstIndex(where: { $0.0 == reason }) {
          if !metricsByReason[index].1.contains(key) { metricsByReason[index].1.append(key) }
        } else {
          metricsByReason.append((reason, [key]))
        }
      }
    }
    return metricsByReason.map { "Undecided for \($0.1.joined(separator: ", ")): \($0.0.sentence)." }
      + (metricsByReason.contains { $0.0 == .intervalTooWide }
        ? ["~n seeds: about how many would decide, if difference and spread stay as they are."] : [])
  }

  func aboutNearness(_ near: [String: Nearness]) -> [String] {
    metrics.compactMap { key in
      guard let near = near[key] else { return nil }
      let others = near.likewise.map { name(of: groups[$0]) }
      let unknown = near.uncompared.map { name(of: groups[$0]) }
      let rest = unknown.isEmpty ? "" : "; nothing can be said of \(unknown.joined(separator: "; "))"
      if others.isEmpty { return "The best in \(key) is so beyond chance (Tukey, all pairs at once)\(rest)." }
      let all = others.count == groups.count - 1
      let listed = all ? "any other" : others.prefix(6).joined(separator: "; ")
      let more = !all && others.count > 6 ? "; and \(others.count - 6) more" : ""
      return "The best in \(key) cannot be told from \(listed)\(more) (Tukey, all pairs at once)\(rest)."
    }
  }

  /// `sampler=ddim, steps=10`.
  func name(of group: Group) -> String {
    zip(titles, group.values).map { "\($0)=\($1.readable)" }.joined(separator: ", ")
  }
}

extension Double {
  /// A number of pictures: `4000`, `2.10 million`.
  var readablePictures: String {
    self < 1e6 ? String(Int(rounded())) : (self / 1e6).rounded(significant: 3) + " million"
  }
}
