import Experiments
import Foundation
import Reports
import RunStore

/// A folder of CSV files: a row a run, parameter, point, event, tag and score, each with its run's id.
struct TableFolder {
  let runs: [RunSummary]
  let store: RunStore

  func write(to folder: URL) throws {
    func file(_ name: String, _ columns: [String]) throws -> TableFile {
      try TableFile(at: folder.appending(path: "\(name).csv"), columns: columns)
    }
    let table = try Report.runs(runs)
    try Data((table.data ?? table.table).csv.utf8).write(to: folder.appending(path: "runs.csv"))
    let parameters = try file("parameters", ["run", "parameter", "type", "value"])
    let metrics = try file("metrics", ["run", "metric", "step", "value", "time"])
    let events = try file("events", ["run", "epoch", "event", "payload", "time", "stage"])
    let tags = try file("tags", ["run", "tag", "value"])
    let stages = try file("stages", ["run", "position", "stage", "kind", "status", "shared", "end_epoch"])
    let scores = try file("scores", ["run", "score", "value", "epoch"] + ScoreDefinition.columns)
    for summary in runs {
      let run = try ExportedRun(summary, in: store)
      let id = Value.string(summary.id)
      try parameters.write(
        summary.parameters.sorted { $0.key < $1.key }.map { [id, .string($0.key), .string($0.value.type), $0.value] })
      for (key, points) in run.histories.sorted(by: { $0.key < $1.key }) {
        try metrics.write(points.map { [id, .string(key), .int($0.step), .double($0.value), $0.time.value] })
      }
      try events.write(
        run.events.map { [id, .int($0.epoch), .string($0.type), $0.payload, $0.time.value, .string($0.stage)] })
      try tags.write(run.tags.sorted { $0.key < $1.key }.map { [id, .string($0.key), .string($0.value)] })
      try stages.write(
        summary.stages.enumerated().map { position, stage in
          [
            id, .int(position), .string(stage.hash), .string(stage.kind.rawValue), .string(stage.status.rawValue),
            .bool(stage.shared), stage.endEpoch.map(Value.int) ?? .null,
          ]
        })
      try scores.write(ScoreDefinition(of: run)?.rows ?? [])
    }
    for file in [parameters, metrics, events, tags, stages, scores] { try file.close() }
  }
}

/// A CSV file that grows.
private struct TableFile {
  private let columns: [Table.Column]
  private let file: FileHandle

  init(at url: URL, columns: [String]) throws {
    self.columns = columns.map { Table.Column($0) }
    try Data(Table(self.columns).csv.utf8).write(to: url)
    file = try FileHandle(forWritingTo: url)
    try file.seekToEnd()
  }

  func write(_ rows: [[Value]]) throws {
    guard !rows.isEmpty else { return }
    let header = Table(columns).csv.utf8.count
    var table = Table(columns)
    for row in rows { table.append(row.map { Table.Cell($0, text: "") }) }
    try file.write(contentsOf: Data(table.csv.utf8.dropFirst(header)))
  }

  func close() throws { try file.close() }
}

extension Value {
  /// As the store names it.
  fileprivate var type: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .double: "double"
    case .string: "string"
    case .list: "list"
    case .map: "map"
    }
  }
}

extension Timestamp {
  fileprivate var value: Value { .string(description) }
}
