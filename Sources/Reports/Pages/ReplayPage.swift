import Experiments
public import RunStore

/// What came of executing a run again.
public struct ReplayPage: Sendable {
  private let run: RunSummary
  private let comparison: ReplayComparison

  /// - Parameter run: as it was recorded.
  public init(_ run: RunSummary, _ comparison: ReplayComparison) {
    self.run = run
    self.comparison = comparison
  }

  /// More are counted, and not shown.
  private static let mostDifferences = 10

  public func text(for terminal: Terminal) -> String {
    let style = Style(colours: terminal.colours)
    let compared = comparison.compared
    let what = [
      "\(counted(compared.points, "point")) of \(counted(compared.metrics, "metric"))",
      counted(compared.events, "event"), counted(compared.states, "state") + " of the weights",
      counted(compared.pictures, "picture"),
    ].joined(separator: ", ")
    var sections = [style.bold(run.name) + "\n"]
    if let first = comparison.differences.first {
      let place = first.epoch.map { "epoch \($0)" } ?? "the data"
      sections[0] += "different, first in \(place): \(first.quantity)\n"
      sections.append(differences.text(for: terminal))
      sections.append("compared: \(what)\n")
    } else {
      sections[0] += "equal: \(what)\n"
    }
    let changed = comparison.surroundings.filter { !$0.isSame }
    sections.append(
      changed.isEmpty
        ? "Its surroundings are as they were, as far as they are on record.\n"
        : surroundings(changed).text(for: terminal))
    return sections.joined(separator: "\n")
  }

  public var json: String {
    let compared = comparison.compared
    let value: Value = [
      "id": .string(run.id), "name": .string(run.name), "equal": .bool(comparison.differences.isEmpty),
      "compared": [
        "points": .int(compared.points), "metrics": .int(compared.metrics), "events": .int(compared.events),
        "states": .int(compared.states), "pictures": .int(compared.pictures),
      ],
      "differences": .list(
        comparison.differences.map { difference in
          [
            "epoch": difference.epoch.map(Value.int) ?? .null, "quantity": .string(difference.quantity),
            "what": .string(difference.what),
          ]
        }),
      "surroundings": .list(
        comparison.surroundings.map { one in
          [
            "name": .string(one.name), "recorded": one.recorded.map(Value.string) ?? .null,
            "now": one.now.map(Value.string) ?? .null, "same": .bool(one.isSame),
          ]
        }),
    ]
    return value.jsonLines
  }

  private var differences: Table {
    var table = Table([.init("epoch", alignment: .right), .init("quantity"), .init("difference", narrowest: 30)])
    for difference in comparison.differences.prefix(Self.mostDifferences) {
      table.append([
        .init(difference.epoch.map(Value.int) ?? .null, text: difference.epoch.map(String.init) ?? "–"),
        .init(.string(difference.quantity)), .init(.string(difference.what)),
      ])
    }
    let hidden = comparison.differences.count - table.rows.count
    if hidden > 0 { table.notes.append("And \(hidden) more.") }
    return table
  }

  private func surroundings(_ changed: [Surrounding]) -> Table {
    var table = Table([.init("surroundings"), .init("on record", narrowest: 12), .init("now", narrowest: 12)])
    for one in changed {
      table.append([
        .init(.string(one.name)), .init(.string(one.recorded ?? "–")), .init(.string(one.now ?? "–")),
      ])
    }
    return table
  }
}
