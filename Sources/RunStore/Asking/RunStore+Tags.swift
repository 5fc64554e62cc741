import Experiments
import GRDB

extension RunStore {
  /// The tag that holds what a person noted of a run.
  public static let noteTag = "note"

  /// The tags of a run.
  public func tags(ofRun id: String) throws -> [String: String] {
    try read { database in
      let run = try runNumber(id, in: database, path: path)
      let rows = try Row.fetchAll(database, sql: "SELECT key, value FROM tag WHERE run = ?", arguments: [run])
      return rows.reduce(into: [:]) { $0[$1[0]] = $1[1] }
    }
  }

  /// Sets a tag of a run, or takes it away where `value` is nil.
  public func setTag(_ key: String, to value: String?, ofRun id: String) throws {
    try write { database in
      let run = try runNumber(id, in: database, path: path)
      if let value {
        try database.execute(
          sql: "INSERT OR REPLACE INTO tag (run, key, value) VALUES (?, ?, ?)", arguments: [run, key, value])
      } else {
        try database.execute(sql: "DELETE FROM tag WHERE run = ? AND key = ?", arguments: [run, key])
      }
    }
  }
}
