import Experiments
import Foundation
import GRDBSQLite

/// What a file is, found out without leaving a trace beside it.
enum StoreHeader {
  case missing
  /// Of zero bytes: nothing yet.
  case empty
  case store

  /// `application_id` of a store's file: "Dark".
  static let applicationID: CInt = 0x4461_726B

  /// Throws `InputError` where the file is neither a store nor empty.
  static func read(_ path: String) throws -> StoreHeader {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .missing }
    guard !isFolder.boolValue else { throw InputError("a folder, not a store", file: path) }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    guard size != 0 else { return .empty }
    guard try identity(path) == applicationID else {
      throw InputError("an SQLite file, but no store of Darkroom's", file: path)
    }
    // SQLite itself counts a page that has lost its end as a whole one.
    let isAlone = ["-wal", "-journal"].allSatisfy { !FileManager.default.fileExists(atPath: path + $0) }
    guard !isAlone || (size ?? 0) % 512 == 0 else {
      throw InputError("the store is damaged: its end is cut off", file: path)
    }
    return .store
  }

  func requireStore(_ path: String) throws {
    switch self {
    case .missing: throw InputError("no such store", file: path)
    case .empty: throw InputError("the store is empty", file: path)
    case .store: break
    }
  }

  /// Reads through SQLite, since a process that closes a file by itself drops the locks that its own connections hold
  /// on it; and as immutable, since SQLite else makes files beside one in WAL mode.
  private static func identity(_ path: String) throws -> CInt {
    var connection: OpaquePointer?
    defer { sqlite3_close(connection) }
    let address = URL(filePath: path).absoluteString + "?immutable=1"
    guard sqlite3_open_v2(address, &connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil) == SQLITE_OK else {
      throw InputError("cannot be read", file: path)
    }
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(connection, "PRAGMA application_id", -1, &statement, nil) == SQLITE_OK,
      sqlite3_step(statement) == SQLITE_ROW
    else {
      throw InputError("no store: \(String(cString: sqlite3_errmsg(connection)))", file: path)
    }
    return sqlite3_column_int(statement, 0)
  }
}
