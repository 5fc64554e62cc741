import Experiments
import GRDB

/// Writes the stages of a plan, each after its parents.
struct StageRegistration {
  let database: Database
  /// By hash.
  private(set) var numbers: [String: Int64] = [:]

  init(database: Database) {
    self.database = database
  }

  mutating func register(_ stage: Stage) throws {
    if let number = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT number FROM stage WHERE hash = ?"), arguments: [stage.hash])
    {
      numbers[stage.hash] = number
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
      stage.hash, stage.kind.rawValue, stage.kind == .train ? 0 : nil, stage.epochs, stage.parameters.json,
    ])
    let number = database.lastInsertedRowID
    numbers[stage.hash] = number
    for (position, parent) in stage.parents.enumerated() {
      try database.cachedStatement(sql: "INSERT INTO stage_parent (stage, position, parent) VALUES (?, ?, ?)")
        .execute(arguments: [number, position, try numbers.number(of: parent)])
    }
    let firstState = stage.kind == .train ? 0 : stage.epochs ?? 0
    for (offset, state) in stage.states.enumerated() {
      try database.cachedStatement(sql: "INSERT INTO stage_state (stage, epochs, state) VALUES (?, ?, ?)")
        .execute(arguments: [number, firstState + offset, state])
    }
    try keep(stage.keep, of: number)
  }

  private func keep(_ epochs: [Int], of stage: Int64) throws {
    for epoch in epochs {
      try database.cachedStatement(sql: "UPDATE stage_state SET keep = 1 WHERE stage = ? AND epochs = ?")
        .execute(arguments: [stage, epoch])
    }
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
