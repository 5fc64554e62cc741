import Experiments
import GRDB

extension RunStore {
  /// Hides a run from all questions; what was recorded of it stays, and `restore` brings it back. Throws `InputError`
  /// where it is being executed.
  public func delete(run id: String) throws {
    try write { database in
      let run = try runNumber(id, in: database, path: path)
      let status = try String.fetchOne(
        database, sql: "SELECT \(SQLText.runStatus) FROM run WHERE number = ?", arguments: [run])
      guard status != Status.running.rawValue else {
        throw InputError("run \(id) is being executed; stop it before it is deleted", file: path)
      }
      try database.execute(
        sql: "UPDATE run SET deleted_at = ? WHERE number = ?", arguments: [Timestamp.now.milliseconds, run])
    }
  }

  /// Undoes `delete`.
  public func restore(run id: String) throws {
    try write { database in
      let run = try runNumber(id, in: database, path: path)
      try database.execute(sql: "UPDATE run SET deleted_at = NULL WHERE number = ?", arguments: [run])
    }
  }

  /// The one deleted last first.
  public func deletedRuns() throws -> [RunSummary] {
    try read { database in
      let numbers = try Int64.fetchAll(
        database, sql: "SELECT number FROM run WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id")
      return try RunReader(database: database, metrics: []).runs(numbers)
    }
  }
}

extension RunSet {
  /// `chosen`, or with nil all runs, less those that are deleted; what was given where none is.
  static func withoutDeleted(_ chosen: RunSet?, in database: Database) throws -> RunSet? {
    let deleted = try RunSelection("SELECT number FROM run WHERE deleted_at IS NOT NULL").runs(in: database)
    guard deleted.count > 0 else { return chosen }
    return try (chosen ?? RunSelection("SELECT number FROM run").runs(in: database)).subtracting(deleted)
  }
}
