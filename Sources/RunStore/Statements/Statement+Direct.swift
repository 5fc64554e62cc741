import GRDB
import GRDBSQLite

/// SQLite's own calls, past GRDB's conversions: for rows by the hundred thousand, and for what takes microseconds.
extension Statement {
  /// `index`: from 1. A statement keeps what is bound until it is bound anew.
  func bind(_ value: Int64, at index: Int) { sqlite3_bind_int64(sqliteStatement, CInt(index), value) }

  func bind(_ value: Int, at index: Int) { bind(Int64(value), at: index) }

  /// NaN becomes NULL.
  func bind(_ value: Double, at index: Int) { sqlite3_bind_double(sqliteStatement, CInt(index), value) }

  func bind(_ value: Double?, at index: Int) {
    if let value { bind(value, at: index) } else { sqlite3_bind_null(sqliteStatement, CInt(index)) }
  }

  func bind(_ value: Int?, at index: Int) {
    if let value { bind(value, at: index) } else { sqlite3_bind_null(sqliteStatement, CInt(index)) }
  }

  func bind(_ value: String, at index: Int) {
    // SQLite copies the text before the call returns.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_text(sqliteStatement, CInt(index), value, CInt(value.utf8.count), copied)
  }

  /// Calls `body` at each row, with what is bound.
  func eachRow(_ body: (DirectRow) throws -> Void) throws {
    try scan { row in
      try body(row)
      return true
    }
  }

  /// The same, until `body` gives false.
  func scan(_ body: (DirectRow) throws -> Bool) throws {
    defer { sqlite3_reset(sqliteStatement) }
    while true {
      switch sqlite3_step(sqliteStatement) {
      case SQLITE_ROW: guard try body(DirectRow(statement: sqliteStatement)) else { return }
      case SQLITE_DONE: return
      default:
        let connection = sqlite3_db_handle(sqliteStatement)
        throw DatabaseError(
          resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
          message: String(cString: sqlite3_errmsg(connection)), sql: sql)
      }
    }
  }

  /// Executes it with what is bound.
  func run() throws {
    try scan { _ in true }
  }
}

/// The row that a statement stands at. Columns count from 0.
struct DirectRow {
  fileprivate let statement: SQLiteStatement

  func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL }
  func int(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, CInt(column))) }
  func int64(_ column: Int) -> Int64 { sqlite3_column_int64(statement, CInt(column)) }
  func double(_ column: Int) -> Double { sqlite3_column_double(statement, CInt(column)) }
  func intOrNil(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }
  func doubleOrNil(_ column: Int) -> Double? { isNull(column) ? nil : double(column) }

  /// Empty for NULL.
  func string(_ column: Int) -> String {
    guard let text = sqlite3_column_text(statement, CInt(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, CInt(column)))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  func value(_ column: Int) -> DatabaseValue {
    switch sqlite3_column_type(statement, CInt(column)) {
    case SQLITE_NULL: .null
    case SQLITE_INTEGER: int64(column).databaseValue
    case SQLITE_FLOAT: double(column).databaseValue
    default: string(column).databaseValue
    }
  }
}
