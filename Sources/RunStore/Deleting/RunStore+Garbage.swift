public import Foundation
import GRDB

extension RunStore {
  /// What `freeGarbage` would free now.
  ///
  /// `settled`: for how many seconds a file that no row tells of must not have changed, because whoever writes one
  /// records it afterwards.
  public func garbage(settled: TimeInterval = 3600) throws -> Garbage {
    let (rows, known) = try read { database in
      let unneeded = try UnneededStages(in: database, isHeld: isHeld)
      return (try self.rows(unneeded, in: database), try KnownFiles(in: database, without: unneeded))
    }
    return adding(files: known, to: rows, settled: settled)
  }

  /// Frees deleted runs for good, the stages that no other run needs, and files that belong to nothing. What a process
  /// executes, and what that goes back to, stays. Gives what was freed.
  public func freeGarbage(settled: TimeInterval = 3600) throws -> Garbage {
    var locks: [String: StageLock] = [:]
    let (rows, known) = try write(synced: true) { database in
      let unneeded = try UnneededStages(in: database) { hash in
        if locks[hash] == nil { locks[hash] = try? lock(stage: hash) }
        return locks[hash] == nil
      }
      let rows = try self.rows(unneeded, in: database)
      let known = try KnownFiles(in: database, without: unneeded)
      try remove(Array(unneeded.numbers.values), in: database)
      return (rows, known)
    }
    let freed = adding(files: known, to: rows, settled: settled)
    for file in freed.files {
      try? FileManager.default.removeItem(at: artifacts.appending(path: file.path))
    }
    withExtendedLifetime(locks) {}
    return freed
  }

  private func isHeld(_ hash: String) -> Bool { FileLock.isHeld(at: lockFile(ofStage: hash)) }

  private func rows(_ unneeded: UnneededStages, in database: Database) throws -> Garbage {
    Garbage(
      runs: try String.fetchAll(database, sql: "SELECT id FROM run WHERE deleted_at IS NOT NULL ORDER BY number"),
      stages: unneeded.numbers.sorted { $0.value < $1.value }.map(\.key))
  }

  private func adding(files known: KnownFiles, to garbage: Garbage, settled: TimeInterval) -> Garbage {
    var garbage = garbage
    garbage.files = ArtifactFiles(artifacts).all.filter { file in
      known.isUnneeded(file.path) || (!known.isKnown(file.path) && file.age >= settled)
    }.map { Garbage.File(path: $0.path, bytes: $0.bytes) }
    return garbage
  }

  /// Children before the rows that they point at.
  private func remove(_ stages: [Int64], in database: Database) throws {
    let gone = "SELECT number FROM run WHERE deleted_at IS NOT NULL"
    // A path may name stages that stay, and stages that go may be on paths of deleted runs alone.
    for table in ["path", "run_parameter", "run_metric", "run_event", "tag", "sweep_run"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE run IN (\(gone))")
    }
    try database.execute(sql: "DELETE FROM run WHERE deleted_at IS NOT NULL")
    let page = stages.jsonArray
    try database.execute(
      sql: "DELETE FROM stage_parent WHERE parent IN (SELECT value FROM json_each(?))", arguments: [page])
    for table in [
      "metric", "metric_bucket", "stage_metric", "event", "grid_cell", "checkpoint", "redone", "stage_state",
      "stage_parent", "slurm_task", "record_file", "attempt",
    ] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE stage IN (SELECT value FROM json_each(?))", arguments: [page])
    }
    try database.execute(sql: "DELETE FROM stage WHERE number IN (SELECT value FROM json_each(?))", arguments: [page])
  }
}
