import Experiments

extension Comparison {
  public var report: Report {
    var report = Report(readable, data: values, json: json)
    if let effects = effectsTable { report.below = [effects] }
    return report
  }

  /// `{by, metrics, groups: [{params, n, pictures_seen, training_seconds, metrics: {key: {mean, sd, low, high, best,
  /// difference?, …}}}], effects: […], notes}`.
  private var json: Value {
    let groups = groups.enumerated().map { index, group -> Value in
      let parameters = zip(keys, group.values).map { Value.Entry($0, $1) }
      let measured = metrics.map { Value.Entry($0, .map(entries(of: $0, in: index))) }
      return [
        "params": .map(parameters), "n": .int(group.seedCount),
        "pictures_seen": .number(group.spend?.picturesSeen), "training_seconds": .number(group.spend?.seconds),
        "metrics": .map(measured),
      ]
    }
    return [
      "by": .list(by.map(Value.string)), "metrics": .list(metrics.map(Value.string)), "groups": .list(groups),
      "effects": .list(metrics.flatMap { key in effects[key].map { effectsJSON(of: key, $0) } ?? [] }),
      "notes": .list(notes.map(Value.string)),
    ]
  }

  /// A column a number: `model.dropout`, `n`, `validation.l1.mean`, `validation.l1.sd`, ….
  private var values: Table {
    let parts = Comparison.meanParts + (hasBaseline ? Comparison.differenceParts : [])
    let columns =
      keys + ["n", "pictures_seen", "training_seconds"] + metrics.flatMap { key in parts.map { "\(key).\($0)" } }
    var table = Table(columns.map { .init($0) })
    for (index, group) in groups.enumerated() {
      let numbers = metrics.flatMap { key in
        let measured = Value.map(entries(of: key, in: index))
        return parts.map { measured[$0] ?? .null }
      }
      let spend: [Value] = [.number(group.spend?.picturesSeen), .number(group.spend?.seconds)]
      table.append((group.values + [.int(group.seedCount)] + spend + numbers).map { Table.Cell($0) })
    }
    return table
  }

  private static let meanParts = ["mean", "sd", "low", "high", "best"]
  private static let differenceParts = [
    "difference", "difference_low", "difference_high", "delta", "verdict", "seeds_to_decide",
  ]

  private func entries(of key: String, in index: Int) -> [Value.Entry] {
    let estimate = groups[index].estimates[key]
    var numbers = zip(
      Comparison.meanParts,
      [
        .number(estimate?.mean), .number(estimate?.deviation), .number(estimate?.interval?.lowerBound),
        .number(estimate?.interval?.upperBound), .bool(best[key]?.contains(index) == true),
      ]
    ).map { Value.Entry($0, $1) }
    guard let difference = groups[index].differences[key] else { return numbers }
    let values: [Value] = [
      .number(difference.mean), .number(difference.interval?.lowerBound), .number(difference.interval?.upperBound),
      .double(difference.delta), .string(difference.verdict.rawValue),
      difference.seedsToDecide.map(Value.int) ?? .null,
    ]
    numbers += zip(Comparison.differenceParts, values).map { Value.Entry($0, $1) }
    return numbers
  }

  /// A column a metric, `mean ± half of its interval`, and beside it how far that is from the baseline's.
  private var readable: Table {
    var columns = zip(keys, titles).enumerated().map { index, name in
      let numeric = groups.allSatisfy { $0.values[index].number != nil || $0.values[index] == .null }
      return Table.Column(name.0, title: name.1, alignment: numeric ? .right : .left)
    }
    columns.append(.init("n", alignment: .right))
    for key in metrics {
      columns.append(.init(key, alignment: .right))
      if hasBaseline { columns.append(.init("\(key).difference", title: "difference")) }
    }
    let spends = groups.compactMap(\.spend)
    let showsPictures = spends.contains { $0.picturesSeen != nil }
    let showsSeconds = spends.contains { $0.seconds != nil }
    if showsPictures { columns.append(.init("pictures_seen", title: "pictures", alignment: .right)) }
    if showsSeconds { columns.append(.init("training_seconds", title: "training", alignment: .right)) }
    var table = Table(columns)
    for (index, group) in groups.enumerated() {
      var row = group.values.map { Table.Cell($0) } + [Table.Cell(.int(group.seedCount))]
      for key in metrics {
        row.append(meanCell(of: key, in: index))
        if hasBaseline { row.append(differenceCell(of: key, in: group)) }
      }
      let pictures = group.spend?.picturesSeen
      let seconds = group.spend?.seconds
      if showsPictures { row.append(.init(.number(pictures), text: pictures?.readablePictures ?? "–")) }
      if showsSeconds {
        row.append(.init(.number(seconds), text: seconds.map { readableDuration(seconds: $0) } ?? "–"))
      }
      table.append(row)
    }
    table.notes = notes
    return table
  }

  private func meanCell(of key: String, in index: Int) -> Table.Cell {
    guard let estimate = groups[index].estimates[key] else { return .init(.null, text: "–", emphasis: .faint) }
    let decimals = Comparison.decimals(
      widths: groups.compactMap { $0.estimates[key]?.halfWidth }, means: groups.compactMap { $0.estimates[key]?.mean })
    return .init(
      .double(estimate.mean),
      text: estimate.mean.fixed(decimals: decimals) + halfWidth(estimate.halfWidth, decimals: decimals),
      emphasis: best[key]?.contains(index) == true ? .strong : .none)
  }

  private func differenceCell(of key: String, in group: Group) -> Table.Cell {
    if group.isBaseline { return .init(.null, text: "baseline", emphasis: .faint) }
    guard let difference = group.differences[key], let mean = difference.mean else {
      return .init(.null, text: "–", emphasis: .faint)
    }
    let others = groups.compactMap { $0.differences[key] }
    let decimals = Comparison.decimals(
      widths: others.compactMap(\.halfWidth), means: others.compactMap(\.mean))
    let emphasis: Table.Emphasis =
      switch difference.verdict {
      case .better: .good
      case .worse: .bad
      case .same: .none
      case .undecided: .faint
      }
    let seeds =
      difference.reason == .intervalTooWide ? " ~\(difference.seedsToDecide.map(String.init) ?? ">1000") seeds" : ""
    let text = mean.signed(decimals: decimals) + halfWidth(difference.halfWidth, decimals: decimals)
    return .init(.double(mean), text: "\(text) \(difference.verdict.rawValue)\(seeds)", emphasis: emphasis)
  }

  /// ` ±0.0012`, or nothing where there is no interval.
  private func halfWidth(_ width: Double?, decimals: Int) -> String {
    width.map { " ±\($0.fixed(decimals: decimals))" } ?? ""
  }

  /// Decimals for a column: two significant digits of its narrowest interval, four of its greatest mean where no
  /// interval is known.
  static func decimals(widths: [Double], means: [Double]) -> Int {
    let sizes = means.map(abs).filter { $0 > 0 && $0.isFinite }
    // What rounding leaves of an interval of equal values is no width.
    let least = widths.filter { $0 > 1e-9 * (sizes.max() ?? 0) }.min()
    if let least { return least.decimals(significant: 2) }
    if sizes.allSatisfy({ $0 == $0.rounded() }) { return 0 }
    return sizes.max().map { $0.decimals(significant: 4) } ?? 0
  }
}

extension Double {
  /// With its sign, unless that many decimals show 0.
  func signed(decimals: Int) -> String {
    let text = fixed(decimals: decimals)
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return isZero ? abs(self).fixed(decimals: decimals) : (self > 0 ? "+" : "") + text
  }
}

extension Value {
  static func number(_ value: Double?) -> Value { value.map(Value.double) ?? .null }
}
