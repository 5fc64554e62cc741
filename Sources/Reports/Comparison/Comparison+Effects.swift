import Experiments

extension Comparison {
  /// A row a level of each main effect, and one an interaction; nil where there are none.
  var effectsTable: Table? {
    let known = metrics.filter { effects[$0] != nil }
    if known.isEmpty { return nil }
    var columns = [Table.Column("effect"), Table.Column("level")]
    for key in known {
      columns.append(.init(key, alignment: .right))
      columns.append(.init("\(key).p", title: "p", alignment: .right))
    }
    var table = Table(columns)
    let axes = known.reduce(into: [[Int]]()) { axes, key in
      for term in effects[key]?.terms ?? [] where !axes.contains(term.axes) { axes.append(term.axes) }
    }
    for axes in axes.sorted(by: { ($0.count, $0[0]) < ($1.count, $1[0]) }) {
      let rows = axes.count == 1 ? levels[axes[0]].indices.map { [$0] } : [nil]
      for (index, level) in rows.enumerated() {
        var row = [
          Table.Cell(.string(index == 0 ? title(of: axes) : "")),
          Table.Cell(.string(level.map { levelName(axis: axes[0], $0[0]) } ?? "at most")),
        ]
        for key in known {
          let term = effects[key]?.terms.first { $0.axes == axes }
          row.append(effectCell(term, level: level, decimals: effectDecimals(of: key)))
          row.append(index == 0 ? probabilityCell(term) : .init(.null, text: ""))
        }
        table.append(row)
      }
    }
    let seeds = known.compactMap { effects[$0]?.seedCount }.min() ?? 0
    table.notes = [
      "Effects: how far a level's mean is from the mean of all groups, over \(seeds) seeds; of an interaction, the farthest "
        + "that a combination is from what its levels add up to. p: F test against the variation over seeds, Holm's "
        + "correction over the effects of a metric."
    ]
    return table
  }

  private func title(of axes: [Int]) -> String {
    axes.map { by.indices.contains($0) ? shortTitle(of: by[$0]) : "" }.joined(separator: " × ")
  }

  private func shortTitle(of axis: String) -> String {
    keys.firstIndex(of: axis).map { titles[$0] } ?? axis
  }

  private func levelName(axis: Int, _ level: Int) -> String {
    levels[axis][level].map(\.readable).joined(separator: ", ")
  }

  private func effectDecimals(of key: String) -> Int {
    let sizes = (effects[key]?.terms ?? []).flatMap { $0.effects.map { abs($0.effect) } }
    return sizes.max().map { $0.decimals(significant: 3) } ?? 0
  }

  private func effectCell(_ term: Effects.Term?, level: [Int]?, decimals: Int) -> Table.Cell {
    guard let term else { return .init(.null, text: "–", emphasis: .faint) }
    guard let level else {
      let greatest = term.effects.map { abs($0.effect) }.max() ?? 0
      return .init(.double(greatest), text: "±\(greatest.fixed(decimals: decimals))")
    }
    guard let effect = term.effects.first(where: { $0.levels == level })?.effect else {
      return .init(.null, text: "–", emphasis: .faint)
    }
    return .init(.double(effect), text: effect.signed(decimals: decimals))
  }

  private func probabilityCell(_ term: Effects.Term?) -> Table.Cell {
    guard let p = term?.adjusted else { return .init(.null, text: "–", emphasis: .faint) }
    let text = p < 0.001 ? "<0.001" : p.rounded(significant: 2)
    return .init(.double(p), text: text, emphasis: p < 0.05 ? .strong : .none)
  }

  func effectsJSON(of key: String, _ effects: Effects) -> [Value] {
    effects.terms.map { term in
      let names = term.axes.map { Value.string(by[$0]) }
      let sizes = term.effects.map { entry -> Value in
        let values = zip(term.axes, entry.levels).map { axis, level in levels[axis][level] }
        return ["levels": .list(values.map(Value.list)), "effect": .double(entry.effect)]
      }
      return [
        "metric": .string(key), "axes": .list(names), "effects": .list(sizes), "f": .number(term.f),
        "df": .int(term.degreesOfFreedom), "df_error": .int(term.errorDegreesOfFreedom), "p": .number(term.p),
        "p_holm": .number(term.adjusted),
      ]
    }
  }
}
