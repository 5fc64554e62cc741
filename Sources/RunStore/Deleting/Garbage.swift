import Experiments
import Foundation
import GRDB

/// What a store could do without: deleted runs, stages that no other run needs, and files of neither.
public struct Garbage: Equatable, Sendable {
  public struct File: Equatable, Sendable {
    /// Relative to the artifacts folder.
    public var path: String
    public var bytes: Int
  }

  /// Ids of deleted runs.
  public var runs: [String] = []
  /// Hashes.
  public var stages: [String] = []
  /// By path.
  public var files: [File] = []

  public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
  public var isEmpty: Bool { runs.isEmpty && stages.isEmpty && files.isEmpty }
}

/// Stages that no run needs that isn't deleted.
struct UnneededStages {
  /// By hash.
  private(set) var numbers: [String: Int64] = [:]

  /// Needed is a stage on a run's path, one that `isHeld` says a process executes, one that Slurm may yet execute, a
  /// parent of one that is needed, and one that made weights from which a needed one may go on.
  init(in database: Database, isHeld: (String) -> Bool) throws {
    var held: [Int64] = []
    while true {
      let rows = try Row.fetchAll(database, sql: Self.query, arguments: [held.jsonArray])
      let unneeded = rows.reduce(into: [:]) { $0[$1[0] as String] = $1[1] as Int64 }
      let live = unneeded.filter { isHeld($0.key) }
      guard !live.isEmpty else {
        numbers = unneeded
        return
      }
      held += live.values
    }
  }

  private static let query = """
    WITH RECURSIVE needed(stage) AS (
      SELECT stage FROM path JOIN run ON run.number = path.run WHERE run.deleted_at IS NULL
      UNION SELECT value FROM json_each(?)
      UNION SELECT stage FROM slurm_task WHERE NOT is_over
      UNION SELECT parent FROM needed JOIN stage_parent ON stage_parent.stage = needed.stage
      UNION SELECT checkpoint.stage FROM needed JOIN stage_state ON stage_state.stage = needed.stage
        JOIN checkpoint ON checkpoint.state = stage_state.state
    )
    SELECT hash, number FROM stage WHERE number NOT IN (SELECT stage FROM needed) ORDER BY number
    """
}
