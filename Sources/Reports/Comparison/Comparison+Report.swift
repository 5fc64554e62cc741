import Experiments

extension Comparison {
  public var report: Report {
    Report(readable, data: values, json: json)
  }

  /// `{by, metrics, groups: [{params, n, metrics: {key: {mean, sd, low, high, difference?, …}}}]}`.
  private var json: Value {
    let groups = groups.map { group -> Value in
      let parameters = zip(keys, group.values).map { Value.Entry($0, $1) }
      let measured = metrics.map { Value.Entry($0, .map(entries(of: $0, in: group))) }
      return ["params": .map(parameters), "n": .int(group.seedCount), "metrics": .map(measured)]
    }
    return [
      "by": .list(by.map(Value.string)), "metrics": .list(metrics.map(Value.string)), "groups": .list(groups),
    ]
  }

  /// A column a number: `model.dropout`, `n`, `validation.l1.mean`, `validation.l1.sd`, ….
  private var values: Table {
    let parts = ["mean", "sd", "low", "high"] + (hasBaseline ? Comparison.differenceParts : [])
    var table = Table((keys + ["n"] + metrics.flatMap { key in parts.map { "\(key).\($0)" } }).map { .init($0) })
    for group in groups {
      let numbers = metrics.flatMap { key in
        let measured = Value.map(entries(of: key, in: group))
        return parts.map { measured[$0] ?? .null }
      }
      table.append((group.values + [.int(group.seedCount)] + numbers).map { Table.Cell($0) })
    }
    return table
  }

  private static let differenceParts = ["difference", "difference_low", "difference_high", "verdict"]

  private func entries(of key: String, in group: Group) -> [Value.Entry] {
    let estimate = group.estimates[key]
    var numbers: [Value.Entry] = [
      .init("mean", .number(estimate?.mean)), .init("sd", .number(estimate?.deviation)),
      .init("low", .number(estimate?.interval?.lowerBound)), .init("high", .number(estimate?.interval?.upperBound)),
    ]
    guard let difference = group.differences[key] else { return numbers }
    let values: [Value] = [
      .number(difference.estimate?.mean), .number(difference.estimate?.interval?.lowerBound),
      .number(difference.estimate?.interval?.upperBound), .string(difference.verdict.rawValue),
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
    var table = Table(columns)
    for group in groups {
      var row = group.values.map { Table.Cell($0) } + [Table.Cell(.int(group.seedCount))]
      for key in metrics {
        row.append(meanCell(of: key, in: group))
        if hasBaseline { row.append(differenceCell(of: key, in: group)) }
      }
      table.append(row)
    }
    table.notes = notes
    return table
  }

  private func meanCell(of key: String, in group: Group) -> Table.Cell {
    guard let estimate = group.estimates[key] else { return .init(.null, text: "–", emphasis: .faint) }
    let decimals = Comparison.decimals(of: groups.compactMap { $0.estimates[key] })
    return .init(.double(estimate.mean), text: estimate.text(decimals: decimals))
  }

  private func differenceCell(of key: String, in group: Group) -> Table.Cell {
    if group.isBaseline { return .init(.null, text: "baseline", emphasis: .faint) }
    guard let difference = group.differences[key], let estimate = difference.estimate else {
      return .init(.null, text: "–", emphasis: .faint)
    }
    let decimals = Comparison.decimals(of: groups.compactMap { $0.differences[key]?.estimate })
    let sign = estimate.mean > 0 ? "+" : ""
    let emphasis: Table.Emphasis =
      switch difference.verdict {
      case .better: .good
      case .worse: .bad
      case .undecided: .faint
      }
    return .init(
      .double(estimate.mean), text: "\(sign)\(estimate.text(decimals: decimals)) \(difference.verdict.rawValue)",
      emphasis: emphasis)
  }

  /// Decimals for a column: two significant digits of its narrowest interval, four of its least mean where no
  /// interval is known.
  private static func decimals(of estimates: [Estimate]) -> Int {
    // What rounding leaves of an interval of equal values is no width.
    let widths = estimates.compactMap { estimate in
      estimate.halfWidth.flatMap { $0 > 1e-9 * abs(estimate.mean) ? $0 : nil }
    }
    if let narrowest = widths.min() { return narrowest.decimals(significant: 2) }
    let means = estimates.map { abs($0.mean) }.filter { $0 > 0 && $0.isFinite }
    if means.allSatisfy({ $0 == $0.rounded() }) { return 0 }
    return means.max().map { $0.decimals(significant: 4) } ?? 0
  }
}

extension Estimate {
  /// `0.0521 ±0.0012`, without the interval where there is none.
  func text(decimals: Int) -> String {
    mean.fixed(decimals: decimals) + (halfWidth.map { " ±\($0.fixed(decimals: decimals))" } ?? "")
  }
}

extension Value {
  static func number(_ value: Double?) -> Value { value.map(Value.double) ?? .null }
}
