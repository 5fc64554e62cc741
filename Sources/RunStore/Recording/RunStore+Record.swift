public import Experiments
import Foundation
import GRDB

extension RunStore {
  /// Begins to execute a stage, whose lock the caller holds: earlier attempts that never ended are marked as failed.
  ///
  /// `environment`: versions, git commit and the like; host and process id are added. Throws `InputError` where the
  /// stage was never registered.
  public func begin(stage: String, environment: [String: Value] = [:]) throws -> Recorder {
    let process = ProcessInfo.processInfo
    let now = Timestamp.now
    let attempt = try write { database in
      guard let row = try StageRow.named(stage, in: database) else {
        throw InputError("no stage \(stage) is registered", file: path)
      }
      return try Attempts.begin(
        row, host: process.hostName, process: Int(process.processIdentifier), environment: environment, at: now,
        in: database)
    }
    return Recorder(self, stage: stage, attempt: attempt)
  }

  /// Writes records in one transaction: all of them are there afterwards, or none. Records may come again, late, or
  /// in another order.
  ///
  /// Once it returns, no death of the process loses them; a power cut can, until a stage's next end. Throws
  /// `InputError` where a record's stage or attempt is unknown.
  public func record(_ records: [Record]) throws {
    try write { database in
      var writer = RecordWriter(database: database, path: path)
      for record in records { try writer.write(record) }
      try writer.finish()
    }
  }

  /// The same for what one attempt tells at one time, numbered from `sequence` on.
  func record(_ contents: [Record.Content], stage: String, attempt: Int, sequence: Int) throws {
    let time = Timestamp.now
    try write { database in
      var writer = RecordWriter(database: database, path: path)
      try writer.begin(stage: stage, attempt: attempt)
      for (offset, content) in contents.enumerated() {
        try writer.write(content, sequence: sequence + offset, time: time)
      }
      try writer.finish()
    }
  }
}

/// A stage as the recording side needs it.
struct StageRow {
  let number: Int64
  /// How many were begun.
  let attempts: Int

  static func named(_ hash: String, in database: Database) throws -> StageRow? {
    let select = try database.cachedStatement(sql: "SELECT number, attempts FROM stage WHERE hash = ?")
    var stage: StageRow?
    select.bind(hash, at: 1)
    try select.eachRow { stage = StageRow(number: $0.int64(0), attempts: $0.int(1)) }
    return stage
  }
}
