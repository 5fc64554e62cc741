import Experiments
import GRDB

/// Writes the runs of a plan.
struct RunRegistration {
  let database: Database
  /// Of stages, by hash.
  let stages: [String: Int64]
  let now: Timestamp
  /// Of runs, by id.
  private(set) var numbers: [String: Int64] = [:]
  private var parameterNumbers: [String: Int64] = [:]

  /// - Parameter numbers: of those that are registered already.
  init(database: Database, stages: [String: Int64], numbers: [String: Int64] = [:], now: Timestamp) {
    self.database = database
    self.stages = stages
    self.numbers = numbers
    self.now = now
  }

  mutating func register(_ run: PlannedRun) throws {
    let known = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT number FROM run WHERE id = ?"), arguments: [run.id])
    if let known {
      numbers[run.id] = known
      // A run that is launched again is no longer deleted.
      try database.cachedStatement(
        sql: "UPDATE run SET name = ?, deleted_at = NULL WHERE number = ? AND (name <> ? OR deleted_at IS NOT NULL)"
      ).execute(arguments: [run.name, known, run.name])
    } else {
      try database.cachedStatement(sql: "INSERT INTO run (id, name, created_at) VALUES (?, ?, ?)")
        .execute(arguments: [run.id, run.name, now.milliseconds])
      let number = database.lastInsertedRowID
      numbers[run.id] = number
      try writeParameters(of: run, number: number)
    }
    try writePath(of: run, number: try numbers.number(of: run.id))
  }

  private mutating func writeParameters(of run: PlannedRun, number: Int64) throws {
    for (path, value) in run.parameters.sorted(by: { $0.key < $1.key }) {
      let stored = StoredValue(value)
      try database.cachedStatement(
        sql: "INSERT INTO run_parameter (run, parameter, type, text, value) VALUES (?, ?, ?, ?, ?)"
      ).execute(arguments: [number, try parameterNumber(path), stored.type, stored.text, stored.number])
    }
  }

  private mutating func parameterNumber(_ path: String) throws -> Int64 {
    if let number = parameterNumbers[path] { return number }
    try database.cachedStatement(sql: "INSERT INTO parameter (path) VALUES (?) ON CONFLICT DO NOTHING")
      .execute(arguments: [path])
    let number = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT number FROM parameter WHERE path = ?"), arguments: [path])
    parameterNumbers[path] = number
    return try parameterNumbers.number(of: path)
  }

  /// A run's stages change where a newer engine gives the same settings another identity, and where weights are gone
  /// that it shared.
  private func writePath(of run: PlannedRun, number: Int64) throws {
    let path = try run.stages.map { PathStep(stage: try stages.number(of: $0), end: run.ends[$0]) }
    let written = try Row.fetchAll(
      database.cachedStatement(sql: "SELECT stage, end_epoch FROM path WHERE run = ? ORDER BY position"),
      arguments: [number]
    ).map { PathStep(stage: $0[0], end: $0[1]) }
    guard path != written else { return }
    try database.execute(sql: "DELETE FROM path WHERE run = ?", arguments: [number])
    for (position, step) in path.enumerated() {
      try database.cachedStatement(sql: "INSERT INTO path (run, position, stage, end_epoch) VALUES (?, ?, ?, ?)")
        .execute(arguments: [number, position, step.stage, step.end])
    }
    try Progress.refresh(run: number, in: database)
    try MetricSummaries.rebuild(run: number, in: database)
  }
}

/// A stage of a run, and the epochs that are done where the run leaves it, unless that is at its end.
private struct PathStep: Equatable {
  let stage: Int64
  let end: Int?
}
