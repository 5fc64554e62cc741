import Experiments
import Foundation
import GRDB
import RunStore
import Testing

@testable import Exchange

@Suite struct MLflowTests {
  @Test func `tables are those of MLflow's own migrations`() throws {
    let golden = try Value(json: String(decoding: golden("mlflow-tables.json"), as: UTF8.self))
    let queue = try DatabaseQueue()
    let tables = try queue.write { database in
      try database.execute(sql: mlflowTables)
      #expect(
        try String.fetchAll(database, sql: "SELECT version_num FROM alembic_version").map(Value.string)
          == [golden["revision"]])
      let names = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      return try names.map { name in
        func rows(_ pragma: String, _ range: ClosedRange<Int>) throws -> [Value] {
          try Row.fetchAll(database, sql: "PRAGMA \(pragma)(\(name))").map { row in
            .list(range.map { (row[$0] as DatabaseValue).value })
          }
        }
        return Value.Entry(
          name,
          [
            "columns": .list(try rows("table_info", 1...5)),
            "foreign_keys": .list(try rows("foreign_key_list", 2...6)),
          ])
      }
    }
    #expect(Value.map(tables) == golden["tables"])
  }

  private func export(_ tracked: TrackedStore) throws -> (folder: URL, database: DatabaseQueue) {
    let folder = tracked.folder.appending(path: "to mlflow", directoryHint: .isDirectory)
    try StoreExport(tracked.store.runs(sort: RunOrder("name")), of: tracked.store).write(.mlflow, to: folder)
    return (folder, try DatabaseQueue(path: folder.appending(path: "mlflow.db").path))
  }

  @Test func `points keep every bit, their steps and times; NaN is MLflow's`() throws {
    let tracked = try TrackedStore()
    let run = try #require(try tracked.store.runs(sort: RunOrder("name")).last)
    let history = try tracked.store.history(ofRun: run.id, key: "validation.l1")
    let rows = try export(tracked).database.read {
      try Row.fetchAll(
        $0,
        sql: """
          SELECT value, timestamp, step, is_nan FROM metrics WHERE key = 'validation.l1' AND run_uuid = ? ORDER BY step
          """, arguments: [run.id])
    }
    #expect(rows.map { $0["value"] } == [0.1, 0, Double.infinity, -Double.infinity, 1.0 / 3])
    #expect(rows.map { $0["is_nan"] } == [false, true, false, false, false])
    #expect(rows.map { $0["step"] } == [0, 1, 2, 3, 4])
    #expect(rows.map { $0["timestamp"] } == history.map(\.time.milliseconds))
  }

  @Test func `runs, parameters, tags and artifacts come along`() throws {
    let tracked = try TrackedStore()
    let runs = try tracked.store.runs(sort: RunOrder("name"))
    let (folder, database) = try export(tracked)
    try database.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM runs ORDER BY name")
      #expect(rows.map { $0["run_uuid"] } == runs.map(\.id))
      #expect(rows.map { $0["status"] } == ["FINISHED", "KILLED"])
      #expect(rows.map { $0["end_time"] } == runs.map { $0.endedAt?.milliseconds })
      #expect(rows.map { $0["source_name"] } == ["tiny.yaml", "tiny.yaml"])
      let experiments = try Row.fetchAll(database, sql: "SELECT * FROM experiments ORDER BY experiment_id")
      #expect(experiments.map { $0["name"] } == ["Default", "tiny"])
      let parameters = try Row.fetchAll(
        database, sql: "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key", arguments: [runs[1].id])
      #expect(parameters.map { $0["key"] } == ["model.dropout", "none", "seed", "text", "widths"])
      #expect(parameters.map { $0["value"] } == ["0.2", "null", "7", "it's, \"so\"", "[8,16]"])
      let tags = try Row.fetchAll(
        database, sql: "SELECT key, value FROM tags WHERE run_uuid = ?", arguments: [runs[0].id]
      )
      .reduce(into: [String: String]()) { $0[$1[0]] = $1[1] }
      #expect(tags["kind"] == "first, \"try\"")
      #expect(tags["mlflow.note.content"] == "Looks sharp.")
      #expect(tags["mlflow.runName"] == "tiny/dropout=a")
      #expect(tags["mlflow.source.git.commit"] == "c0ffee" && tags["environment.processors"] == "2")
      for row in rows {
        let artifacts = try #require(URL(string: row["artifact_uri"]))
        #expect(artifacts.path.hasPrefix(folder.path))
        let files = try FileManager.default.contentsOfDirectory(
          atPath: artifacts.appending(path: "samples").path(percentEncoded: false))
        #expect(files.sorted() == ["epoch-1.png", "epoch-4.png"])
      }
    }
  }
}

extension DatabaseValue {
  fileprivate var value: Value {
    switch storage {
    case .null: .null
    case .int64(let value): .int(Int(value))
    case .double(let value): .double(value)
    case .string(let text): .string(text)
    case .blob: "a blob"
    }
  }
}
