public import Experiments
import GRDB

/// What the store knows of a stage's execution.
public struct StageProgress: Equatable, Sendable {
  public var status: Status
  /// How many attempts there were.
  public var attempts: Int
  /// Of the last attempt: why it failed.
  public var message: String?
  /// Of the first attempt.
  public var startedAt: Timestamp?
  /// Of the last attempt; nil while it runs.
  public var endedAt: Timestamp?
  /// Of all attempts that have ended together.
  public var seconds: Double
}

extension RunStore {
  /// The stage as it was registered. Throws `InputError` where it never was.
  public func stage(_ hash: String) throws -> Stage {
    try read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM stage WHERE hash = ?", arguments: [hash]) else {
        throw InputError("no stage \(hash) is registered", file: path)
      }
      let number: Int64 = row["number"]
      let parents = try String.fetchAll(
        database,
        sql: """
          SELECT hash FROM stage_parent JOIN stage ON stage.number = parent
          WHERE stage_parent.stage = ? ORDER BY position
          """, arguments: [number])
      let states = try Row.fetchAll(
        database, sql: "SELECT epochs, state, keep FROM stage_state WHERE stage = ? ORDER BY epochs",
        arguments: [number])
      return Stage(
        hash: hash, kind: try StageKind(stored: row["kind"]), parents: parents,
        parameters: try Parameters(json: row["parameters"]), epochs: row["end_epoch"],
        states: states.map { $0["state"] }, keep: states.filter { $0["keep"] }.map { $0["epochs"] })
    }
  }

  /// Train stages that lead to one of `states`, or through it.
  ///
  /// - Parameter known: stages as they were read before, by hash: of these only what is to be kept is read again, since
  ///   their states stay as they were registered.
  public func trainings(through states: Set<String>, known: [String: Stage] = [:]) throws -> [Stage] {
    let keep = try read { database in
      let sql = """
        SELECT hash, epochs FROM stage LEFT JOIN stage_state ON stage_state.stage = stage.number AND keep
        WHERE stage.number IN (
          SELECT stage.number FROM json_each(?) AS wanted JOIN stage_state ON state = wanted.value
          JOIN stage ON stage.number = stage_state.stage
          WHERE stage.kind = 'train' AND epochs > first_epoch)
        ORDER BY epochs
        """
      let rows = try Row.fetchAll(database, sql: sql, arguments: [jsonArray(Array(states))])
      return rows.reduce(into: [String: [Int]]()) { keep, row in
        keep[row[0], default: []] += (row[1] as Int?).map { [$0] } ?? []
      }
    }
    return try keep.map { hash, epochs in
      guard var stage = known[hash] else { return try stage(hash) }
      stage.keep = epochs
      return stage
    }
  }

  /// Hashes of the states that a run's training goes through, by how many epochs are done in them.
  public func states(ofRun id: String) throws -> [Int: String] {
    try read { database in
      let sql = """
        SELECT epochs, state FROM path JOIN stage ON stage.number = path.stage
        JOIN stage_state ON stage_state.stage = path.stage
        WHERE path.run = ? AND stage.kind = 'train' AND (path.end_epoch IS NULL OR epochs <= path.end_epoch)
        """
      let run = try runNumber(id, in: database, path: path)
      return try Row.fetchAll(database, sql: sql, arguments: [run]).reduce(into: [:]) { $0[$1[0]] = $1[1] }
    }
  }

  /// By hash; those that are not registered are left out.
  public func progress(ofStages hashes: [String]) throws -> [String: StageProgress] {
    try read { database in
      let sql = """
        SELECT
          stage.hash, \(SQLText.stageStatus) AS status, stage.attempts, stage.started_at, stage.ended_at,
          stage.seconds, \(SQLText.attemptMessage) AS message
        FROM stage LEFT JOIN attempt ON attempt.stage = stage.number AND attempt.number = stage.attempts
        WHERE stage.hash IN (SELECT value FROM json_each(?))
        """
      let rows = try Row.fetchAll(database, sql: sql, arguments: [jsonArray(hashes)])
      return try rows.reduce(into: [:]) { progress, row in
        progress[row["hash"]] = StageProgress(
          status: try Status(row["status"]), attempts: row["attempts"], message: row["message"],
          startedAt: Timestamp(row["started_at"]), endedAt: Timestamp(row["ended_at"]), seconds: row["seconds"])
      }
    }
  }

  /// The files that hold these states, by the state's hash; states without a file are left out. Whether a file still
  /// is what it was is for the caller to check.
  public func checkpoints(ofStates states: [String]) throws -> [String: Checkpoint] {
    try read { database in
      let sql = "SELECT * FROM checkpoint WHERE state IN (SELECT value FROM json_each(?))"
      let rows = try Row.fetchAll(database, sql: sql, arguments: [jsonArray(states)])
      return rows.reduce(into: [:]) { checkpoints, row in
        let checkpoint = Checkpoint(
          state: row["state"], epochs: row["epochs"], path: row["path"], sha256: row["sha256"], bytes: row["bytes"])
        checkpoints[checkpoint.state] = checkpoint
      }
    }
  }
}

/// Many values as one bound value, for `json_each`.
func jsonArray(_ texts: [String]) -> String {
  Value.list(texts.map(Value.string)).json
}
