import Experiments
import Foundation
import GRDB

extension RunStore {
  /// Takes in what attempts on other hosts have told of these stages since it was last taken in.
  ///
  /// Which lines the store has is written in the transaction that writes them, so each is taken in exactly once, whoever
  /// dies meanwhile, and however many take in at once. A line that is not whole yet is left for the next time; one that
  /// is damaged ends the attempt as failed.
  public func takeInRecords(ofStages stages: [String]) throws {
    var follower = RecordFollower(self)
    _ = try follower.takeIn(ofStages: stages)
  }

  /// Takes in what was told of every stage that Slurm was asked for and that may still be under way.
  public func takeInRecords() throws {
    let begun = Set(RecordFiles.stages(in: artifacts))
    try takeInRecords(ofStages: stagesWithSlurm().filter(begun.contains))
  }

  /// Removes the record files of finished stages, whose contents the store has, and what was written for their tasks.
  /// Those stay that a task which Slurm may still execute goes back to, and may read.
  public func removeRecordFiles(ofStages stages: [String]) throws {
    let sql = """
      WITH RECURSIVE needed(stage) AS (
        SELECT stage FROM slurm_task WHERE NOT is_over
        UNION SELECT parent FROM needed JOIN stage_parent ON stage_parent.stage = needed.stage
      )
      SELECT hash FROM json_each(?) AS wanted JOIN stage ON hash = wanted.value
      WHERE status = 'FINISHED' AND number NOT IN (SELECT stage FROM needed)
      """
    for stage in try read({ try String.fetchAll($0, sql: sql, arguments: [jsonArray(stages)]) }) {
      try? FileManager.default.removeItem(at: StageOrder.file(of: stage, in: artifacts))
      try? FileManager.default.removeItem(at: RecordFiles(stage: stage, in: artifacts).folder)
    }
  }

  /// - Returns: whether there may be more.
  func takeIn(_ name: String, _ url: URL, stage: String) throws -> Bool {
    let before = try read { try RecordFileRow.named(name, in: $0) }
    guard before?.hasEnded != true else { return false }
    let from = before?.taken ?? 0
    guard let (lines, bytes, isDamaged) = try Self.wholeLines(of: url, from: from) else { return false }
    return try write { database in
      guard try RecordFileRow.named(name, in: database)?.taken ?? 0 == from else { return true }
      var intake = try RecordIntake(name, stage: stage, row: before, path: path, in: database)
      for line in lines { try intake.take(line) }
      if isDamaged { try intake.take(.end(.failed, message: "its records in \(url.path) are damaged", time: .now)) }
      return try intake.finish(taken: from + bytes)
    }
  }

  private static let mostBytes = 1 << 20

  /// What lies whole behind `offset`, up to some MB; nil where nothing does.
  private static func wholeLines(
    of url: URL, from offset: Int
  ) throws -> (lines: [RecordLine], bytes: Int, isDamaged: Bool)? {
    guard let file = try? FileHandle(forReadingFrom: url) else { return nil }
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(offset))
    var data = Data()
    while let more = try file.read(upToCount: mostBytes), !more.isEmpty {
      data.append(more)
      if data.contains(UInt8(ascii: "\n")) { break }
    }
    guard let last = data.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    var lines: [RecordLine] = []
    for text in data[...last].split(separator: UInt8(ascii: "\n")) {
      guard let line = RecordLine(String(decoding: text, as: UTF8.self)) else { return (lines, last + 1, true) }
      lines.append(line)
    }
    return (lines, last + 1, false)
  }
}

/// What the store knows of a record file.
private struct RecordFileRow {
  let stage: Int64
  let attempt: Int
  let taken: Int
  let hasEnded: Bool

  static func named(_ name: String, in database: Database) throws -> RecordFileRow? {
    let sql = "SELECT stage, attempt, taken, has_ended FROM record_file WHERE name = ?"
    return try Row.fetchOne(database, sql: sql, arguments: [name]).map {
      RecordFileRow(stage: $0[0], attempt: $0[1], taken: $0[2], hasEnded: $0[3])
    }
  }
}

/// Writes a record file's lines within one transaction.
private struct RecordIntake {
  private let database: Database
  private let name: String
  private let stage: String
  private let path: String
  private var row: RecordFileRow?
  private var hasEnded = false
  private var isFinished = false
  private var writer: RecordWriter

  init(_ name: String, stage: String, row: RecordFileRow?, path: String, in database: Database) throws {
    self.database = database
    self.name = name
    self.stage = stage
    self.path = path
    self.row = row
    writer = RecordWriter(database: database, path: path)
    if let row { try writer.begin(stage: stage, attempt: row.attempt) }
  }

  mutating func take(_ line: RecordLine) throws {
    switch line {
    case .begin(stage, let host, let process, let environment, let time) where row == nil:
      guard let known = try StageRow.named(stage, in: database) else {
        throw InputError("no stage \(stage) is registered", file: path)
      }
      let attempt = try Attempts.begin(
        known, host: host, process: process, environment: environment, at: time, in: database)
      row = RecordFileRow(stage: known.number, attempt: attempt, taken: 0, hasEnded: false)
      try writer.begin(stage: stage, attempt: attempt)
    case .records(let contents, let sequence, let time) where row != nil:
      for (offset, content) in contents.enumerated() {
        try writer.write(content, sequence: sequence + offset, time: time)
      }
    case .end(let status, let message, let time):
      // An attempt that could not even tell that it began is left to whoever looks after its process.
      if let row {
        try Attempts.end(
          stage: row.stage, attempt: row.attempt, status: status, message: message, at: time, in: database)
      }
      hasEnded = true
      isFinished = status == .finished
    default: break
    }
  }

  /// - Returns: whether the store now knows of the file; without a beginning it is no attempt's.
  mutating func finish(taken: Int) throws -> Bool {
    try writer.finish()
    guard let row else { return false }
    if hasEnded { try Progress.refresh(stage: row.stage, in: database) }
    if isFinished { try closeTask(of: row) }
    try database.execute(
      sql: """
        INSERT INTO record_file (name, stage, attempt, taken, has_ended) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET taken = excluded.taken, has_ended = excluded.has_ended
        """, arguments: [name, row.stage, row.attempt, taken, hasEnded])
    return true
  }

  /// Nothing more comes of a task whose stage is finished. One that failed or was stopped may have been queued again.
  private func closeTask(of row: RecordFileRow) throws {
    try database.execute(
      sql: "UPDATE slurm_task SET is_over = 1 WHERE stage = ? AND attempts < ? AND NOT is_over",
      arguments: [row.stage, row.attempt])
  }
}
