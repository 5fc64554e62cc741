import Experiments
public import Foundation
import GRDB

/// One file that holds experiments: their runs, the stages these share, and all that was recorded of them.
///
/// Any number of threads and processes of one machine may read and write the same file at once. Functions that ask
/// see one state of the store each, whatever is written meanwhile.
///
/// Every function throws `StoreError` where the file fails it: a full disk, a folder that may not be written to.
public final class RunStore: Sendable {
  public enum Mode: Sendable {
    /// Reads and writes; makes the file where there is none.
    case create
    /// Reads and writes a file that is there.
    case existing
    /// Only reads, and leaves the file as it is, journal mode included; the folder need not be writable.
    case readOnly
  }

  /// As it was given.
  public let path: String
  public let mode: Mode
  /// Where checkpoints and locks lie: for `F.db`, the folder `.darkroom/F` beside it.
  public let artifacts: URL

  private let reader: any DatabaseReader
  private let writer: (pool: DatabasePool, turns: WriterTurns)?

  /// Throws `InputError` where the file is missing (unless `mode` is `create`), no store of Darkroom's, or one of a
  /// newer Darkroom; such a file is left untouched.
  public init(path: String, mode: Mode) throws {
    let file = URL(filePath: path)
    let artifacts = file.deletingLastPathComponent()
      .appending(path: ".darkroom/\(file.deletingPathExtension().lastPathComponent)", directoryHint: .isDirectory)
    self.path = path
    self.mode = mode
    self.artifacts = artifacts
    let locks = artifacts.appending(path: "locks")
    let opening = StoreOpening(path: path, liveness: Liveness(locks: locks))
    (reader, writer) = try patiently(path) {
      guard mode != .readOnly else { return (try opening.openReadOnly(), nil) }
      let pool = try opening.openForWriting(creating: mode == .create)
      return (pool, (pool, try WriterTurns(at: locks.appending(path: "writers.lock"))))
    }
  }

  /// Runs `body` on one state of the store.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try patiently(path) { try reader.read(body) }
  }

  /// Runs `body` as one transaction. It may run more than once, since another process may hold the file.
  ///
  /// `synced`: on the disk when it returns, with all that was written before. Else the system may still hold it back:
  /// a killed process loses nothing, a power cut may.
  func write<Result>(synced: Bool = false, _ body: (Database) throws -> Result) throws -> Result {
    guard let writer else { throw StoreError(path: path, message: "the store was opened only for reading") }
    var hasWaited = false
    return try patiently(path) {
      try writer.pool.writeWithoutTransaction { database in
        if hasWaited { return try writer.turns.first { try database.transaction(synced: synced, body) } }
        hasWaited = true
        try writer.turns.wait()
        return try database.transaction(synced: synced, body)
      }
    }
  }
}

/// Runs `body`, again and again as long as another process holds the file: a minute, if need be.
///
/// Throws what SQLite's errors mean to a person.
private func patiently<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
  var deadline: ContinuousClock.Instant?
  while true {
    do {
      return try body()
    } catch let error as DatabaseError {
      let now = ContinuousClock.now
      guard error.resultCode == .SQLITE_BUSY, deadline.map({ now < $0 }) ?? true else {
        throw storeFailure(error, path: path)
      }
      if deadline == nil { deadline = now + .seconds(60) }
    }
  }
}

extension Database {
  /// In WAL mode a commit syncs the log, and with it every commit before, only while `synchronous` is FULL.
  fileprivate func transaction<Result>(synced: Bool, _ body: (Database) throws -> Result) throws -> Result {
    guard synced else { return try transaction(body) }
    try execute(sql: "PRAGMA synchronous = FULL")
    defer { try? execute(sql: "PRAGMA synchronous = NORMAL") }
    return try transaction(body)
  }

  /// GRDB's own compiles its statements each time, which takes as long as all else about one metric.
  private func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try cachedStatement(sql: "BEGIN IMMEDIATE").run()
    do {
      let result = try body(self)
      try cachedStatement(sql: "COMMIT").run()
      return result
    } catch {
      if isInsideTransaction { try cachedStatement(sql: "ROLLBACK").run() }
      throw error
    }
  }
}
