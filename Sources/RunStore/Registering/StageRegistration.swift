import Experiments
import GRDB

/// Writes the stages of a plan, each after its parents.
struct StageRegistration {
  let database: Database
  /// By hash.
  private(set) var numbers: [String: Int64] = [:]

  /// - Parameter numbers: of those that are registered already.
  init(database: Database, numbers: [String: Int64] = [:]) {
    self.database = database
    self.numbers = numbers
  }

  mutating func register(_ stage: Stage) throws {
    if let number = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT number FROM stage WHERE hash = ?"), arguments: [stage.hash])
    {
      numbers[stage.hash] = number
      try requireSameStart(stage, number)
      try writeParents(of: stage, number)
      // Nothing in them that has a say in the result can differ, but the folder of the data may have moved.
      let parameters = stage.parameters.json
      try database.cachedStatement(sql: "UPDATE stage SET parameters = ? WHERE number = ? AND parameters <> ?")
        .execute(arguments: [parameters, number, parameters])
      try keep(stage.keep, of: number)
      return
    }
    try database.cachedStatement(
      sql: "INSERT INTO stage (hash, kind, first_epoch, end_epoch, parameters) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      stage.hash, stage.kind.rawValue, stage.kind == .train ? stage.trained.lowerBound : nil, stage.epochs,
      stage.parameters.json,
    ])
    let number = database.lastInsertedRowID
    numbers[stage.hash] = number
    try writeParents(of: stage, number)
    let firstState = stage.kind == .train ? stage.trained.lowerBound : stage.epochs ?? 0
    for (offset, state) in stage.states.enumerated() {
      try database.cachedStatement(sql: "INSERT INTO stage_state (stage, epochs, state) VALUES (?, ?, ?)")
        .execute(arguments: [number, firstState + offset, state])
    }
    try keep(stage.keep, of: number)
  }

  /// What was recorded of a training belongs to the epochs that it was first registered with.
  private func requireSameStart(_ stage: Stage, _ number: Int64) throws {
    guard stage.kind == .train else { return }
    let first = try Int.fetchOne(
      database.cachedStatement(sql: "SELECT first_epoch FROM stage WHERE number = ?"), arguments: [number])
    if first != stage.trained.lowerBound { throw OutdatedPlan(stage: stage.hash) }
  }

  /// They change where another stage comes to make the state that this one starts from.
  private func writeParents(of stage: Stage, _ number: Int64) throws {
    let parents = try stage.parents.map { try numbers.number(of: $0) }
    let written = try Int64.fetchAll(
      database.cachedStatement(sql: "SELECT parent FROM stage_parent WHERE stage = ? ORDER BY position"),
      arguments: [number])
    guard parents != written else { return }
    try database.execute(sql: "DELETE FROM stage_parent WHERE stage = ?", arguments: [number])
    for (position, parent) in parents.enumerated() {
      try database.cachedStatement(sql: "INSERT INTO stage_parent (stage, position, parent) VALUES (?, ?, ?)")
        .execute(arguments: [number, position, parent])
    }
  }

  private func keep(_ epochs: [Int], of stage: Int64) throws {
    for epoch in epochs {
      try database.cachedStatement(sql: "UPDATE stage_state SET keep = 1 WHERE stage = ? AND epochs = ?")
        .execute(arguments: [stage, epoch])
    }
  }
}

/// The store has a training cut otherwise than the plan has it: another plan was registered since this one was made, and
/// it is to be made again.
public struct OutdatedPlan: Error, CustomStringConvertible {
  /// The train stage's hash.
  public let stage: String

  public var description: String {
    "the training \(stage.prefix(8)) is registered with other epochs; make the plan again"
  }
}

extension [String: Int64] {
  /// Throws `StoreError` where the plan names a stage before, or without, giving it.
  func number(of stage: String) throws -> Int64 {
    guard let number = self[stage] else {
      throw StoreError(path: "plan", message: "stage \(stage) is named before it is given")
    }
    return number
  }
}
