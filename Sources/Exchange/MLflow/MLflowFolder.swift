import Datasets
import Experiments
import Foundation
import GRDB
import RunStore

/// A store that MLflow opens: `mlflow.db`, an experiment a sweep, and the runs' artifacts beside it.
struct MLflowFolder {
  let runs: [RunSummary]
  let store: RunStore
  /// Where it will lie: MLflow finds artifacts by their whole path.
  let destination: URL

  func write(to folder: URL) throws {
    let queue = try DatabaseQueue(path: folder.appending(path: "mlflow.db").path(percentEncoded: false))
    let sweeps = try store.sweeps()
    try queue.write { database in
      try database.execute(sql: mlflowTables)
      var experiments = MLflowExperiments(database: database, sweeps: sweeps, destination: destination)
      for run in runs {
        let experiment = try experiments.number(of: run)
        let path = "artifacts/\(experiment)/\(run.id)/artifacts"
        let exported = try ExportedRun(run, in: store)
        let writer = MLflowRun(run: exported, database: database)
        try writer.write(
          experiment: experiment, source: sweeps.first { $0.name == run.sweep }?.file,
          artifacts: destination.appending(path: path).absoluteString)
        try writeArtifacts(of: exported, to: folder.appending(path: path))
      }
    }
    try queue.close()
  }

  /// Grids as pictures by their 0-based epoch, events as JSON.
  private func writeArtifacts(of run: ExportedRun, to folder: URL) throws {
    let pictures = folder.appending(path: "samples")
    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
    for grid in run.grids {
      try Data(grid.sheet.png()).write(to: pictures.appending(path: "epoch-\(grid.epoch).png"))
    }
    let events = run.events.map { event -> Value in
      [
        "epoch": .int(event.epoch), "type": .string(event.type), "payload": event.payload,
        "time": .string(event.time.description), "stage": .string(event.stage),
      ]
    }
    try Data(Value.list(events).json.utf8).write(to: folder.appending(path: "events.json"))
  }
}

/// MLflow's experiments: one a sweep, or one a name for runs that belong to none.
private struct MLflowExperiments {
  let database: Database
  let sweeps: [SweepSummary]
  let destination: URL
  private var numbers: [String: Int] = [:]

  init(database: Database, sweeps: [SweepSummary], destination: URL) {
    (self.database, self.sweeps, self.destination) = (database, sweeps, destination)
  }

  mutating func number(of run: RunSummary) throws -> Int {
    // MLflow makes an experiment of this name and number where there is none.
    if numbers.isEmpty { try add("Default", number: 0) }
    let name = run.sweep ?? run.name
    if let number = numbers[name] { return number }
    let number = numbers.count
    try add(name, number: number)
    if let question = sweeps.first(where: { $0.name == run.sweep })?.question {
      try database.execute(
        sql: "INSERT INTO experiment_tags VALUES ('mlflow.note.content', ?, ?)", arguments: [question, number])
    }
    return number
  }

  private mutating func add(_ name: String, number: Int) throws {
    try database.execute(
      sql: "INSERT INTO experiments VALUES (?, ?, ?, 'active')",
      arguments: [number, name, destination.appending(path: "artifacts/\(number)").absoluteString])
    numbers[name] = number
  }
}
