import Experiments
import GRDB

/// The attempt that records come from, and which epochs are still its to tell of.
struct RecordSource {
  let stageHash: String
  let stage: Int64
  let attempt: Int
  /// Without other attempts there is nothing to replace and nothing to be replaced by.
  private let isOnly: Bool
  private var claimed: Set<Int> = []

  init(stage hash: String, attempt: Int, in database: Database, path: String) throws {
    guard let row = try StageRow.named(hash, in: database) else {
      throw InputError("no stage \(hash) is registered", file: path)
    }
    guard 1...max(row.attempts, 1) ~= attempt, row.attempts > 0 else {
      throw InputError("stage \(hash) has no attempt \(attempt)", file: path)
    }
    stageHash = hash
    stage = row.number
    self.attempt = attempt
    isOnly = row.attempts == 1
  }

  /// Takes an epoch over from earlier attempts: what they recorded of it goes. Gives the keys of the metrics that
  /// lost points, or nil where a later attempt has the epoch already.
  mutating func claim(epoch: Int, in database: Database) throws -> [Int64]? {
    if isOnly || claimed.contains(epoch) { return [] }
    let owner = try Int.fetchOne(
      database.cachedStatement(sql: "SELECT attempt FROM redone WHERE stage = ? AND epoch = ?"),
      arguments: [stage, epoch])
    if let owner, owner > attempt { return nil }
    if attempt == 1 || owner == attempt {
      claimed.insert(epoch)
      return []
    }
    try database.execute(
      sql: "INSERT OR REPLACE INTO redone (stage, epoch, attempt) VALUES (?, ?, ?)", arguments: [stage, epoch, attempt])
    claimed.insert(epoch)
    let earlier: StatementArguments = [stage, epoch, attempt]
    try database.execute(sql: "DELETE FROM grid_cell WHERE stage = ? AND epoch = ? AND attempt < ?", arguments: earlier)
    // What befell an attempt stays true when the epoch is done again.
    try database.execute(
      sql: """
        DELETE FROM event
        WHERE stage = ? AND epoch = ? AND attempt < ? AND type NOT IN ('resumed', 'checkpoint.refused')
        """, arguments: earlier)
    // Naming the keys lets SQLite find each point by its primary key.
    let points = """
      FROM metric
      WHERE stage = ? AND step = ? AND attempt < ? AND key IN (SELECT key FROM stage_metric WHERE stage = metric.stage)
      """
    let keys = try Int64.fetchAll(database, sql: "SELECT key \(points)", arguments: earlier)
    try database.execute(sql: "DELETE \(points)", arguments: earlier)
    return keys
  }
}
