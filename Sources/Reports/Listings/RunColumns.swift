import Experiments
import RunStore

/// The columns that a list of runs can have.
struct RunColumns {
  struct Attribute {
    let key: String
    let title: String
    let alignment: Table.Alignment
    let value: (RunSummary) -> Value
  }

  /// What every run has, in the order of `runs --format json`.
  static var attributes: [Attribute] {
    [
      Attribute(key: "id", title: "id", alignment: .left) { .string($0.id) },
      Attribute(key: "name", title: "name", alignment: .left) { .string($0.name) },
      Attribute(key: "sweep", title: "sweep", alignment: .left) { $0.sweep.map(Value.string) ?? .null },
      Attribute(key: "status", title: "status", alignment: .left) { .string($0.status.rawValue) },
      Attribute(key: "created_at", title: "created", alignment: .left) { .string($0.createdAt.description) },
      Attribute(key: "started_at", title: "started", alignment: .left) { .time($0.startedAt) },
      Attribute(key: "ended_at", title: "ended", alignment: .left) { .time($0.endedAt) },
      Attribute(key: "wall_seconds", title: "time", alignment: .right) { .double($0.wallSeconds) },
      Attribute(key: "seed", title: "seed", alignment: .right) { $0.seed.map(Value.int) ?? .null },
    ]
  }

  let runs: [RunSummary]
  let parameterKeys: [String]
  let metricKeys: [String]

  init(of runs: [RunSummary]) {
    self.runs = runs
    parameterKeys = Set(runs.flatMap(\.parameters.keys)).sorted()
    metricKeys = Set(runs.flatMap(\.metrics.keys)).sorted()
  }

  /// Every column there is: attributes, then `params.…`, then `metrics.…`.
  var all: [String] {
    RunColumns.attributes.map(\.key) + parameterKeys.map { "params.\($0)" } + metricKeys.map { "metrics.\($0)" }
  }

  func table(_ names: [String]) throws -> Table {
    let columns = try names.map(column)
    var table = Table(columns.map(\.column))
    for run in runs { table.append(columns.map { $0.cell(run) }) }
    if runs.isEmpty { table.notes = ["No runs."] }
    return table
  }

  private func column(_ name: String) throws -> (column: Table.Column, cell: (RunSummary) -> Table.Cell) {
    if let attribute = RunColumns.attributes.first(where: { $0.key == name }) {
      let names = RunNames(runs.map(\.name))
      if name == "name" {
        return (.init("name", title: names.title, narrowest: RunNames.narrowest), { names.cell($0.name) })
      }
      let column = Table.Column(attribute.key, title: attribute.title, alignment: attribute.alignment)
      return (column, { attributeCell(attribute, of: $0) })
    }
    if let prefixed = try prefixed(name, "params.", parameterKeys, parameterColumn) { return prefixed }
    if let prefixed = try prefixed(name, "metrics.", metricKeys, metricColumn) { return prefixed }
    let names = KeyNames(parameterKeys + metricKeys + RunColumns.attributes.map(\.key), noun: "column")
    let key = try names.key(name)
    return metricKeys.contains(key) ? metricColumn(key, key) : parameterColumn(key, key)
  }

  private typealias Built = (column: Table.Column, cell: (RunSummary) -> Table.Cell)

  private func prefixed(
    _ name: String, _ prefix: String, _ keys: [String], _ build: (String, String) -> Built
  ) throws -> Built? {
    guard name.hasPrefix(prefix) else { return nil }
    return build(name, try KeyNames(keys, noun: "column").key(String(name.dropFirst(prefix.count))))
  }

  private func parameterColumn(_ name: String, _ key: String) -> Built {
    let values = runs.compactMap { $0.parameters[key] }
    let numeric = values.allSatisfy { $0.number != nil || $0 == .null }
    return (Table.Column(name, alignment: numeric ? .right : .left), { Table.Cell($0.parameters[key] ?? .null) })
  }

  private func metricColumn(_ name: String, _ key: String) -> Built {
    (
      Table.Column(name, alignment: .right),
      { run in
        guard let last = run.metrics[key]?.last else { return Table.Cell(.null, text: "–", emphasis: .faint) }
        return Table.Cell(.double(last), text: last.rounded(significant: 4))
      }
    )
  }

  private func attributeCell(_ attribute: Attribute, of run: RunSummary) -> Table.Cell {
    let value = attribute.value(run)
    switch attribute.key {
    case "status": return Table.Cell(value, emphasis: run.status.emphasis)
    case "wall_seconds": return Table.Cell(value, text: readableDuration(seconds: run.wallSeconds))
    case "created_at": return Table.Cell(value, text: run.createdAt.readable)
    case "started_at": return Table.Cell(value, text: run.startedAt?.readable ?? "–")
    case "ended_at": return Table.Cell(value, text: run.endedAt?.readable ?? "–")
    default: return Table.Cell(value, text: value == .null ? "–" : nil)
    }
  }
}

extension Status {
  var emphasis: Table.Emphasis {
    switch self {
    case .finished: .good
    case .failed, .killed: .bad
    case .running: .strong
    case .scheduled: .faint
    }
  }
}

extension Value {
  static func time(_ time: Timestamp?) -> Value { time.map { .string($0.description) } ?? .null }
}

extension Timestamp {
  /// To the minute, in UTC: `2026-11-21 09:30`.
  var readable: String { String(description.prefix(16)).replacing("T", with: " ") }
}
