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

  /// Reads with SQLite's own descriptor, since a process that closes a file by itself drops the locks that its own
  /// connections hold on it; as immutable, since SQLite else makes files beside one in WAL mode; and only the first
  /// bytes, since of a file that another process is writing to the rest may not fit them yet.
  private static func identity(_ path: String) throws -> CInt {
    var connection: OpaquePointer?
    defer { sqlite3_close(connection) }
    let address = URL(filePath: path).absoluteString + "?immutable=1"
    var file: UnsafeMutablePointer<sqlite3_file>?
    guard sqlite3_open_v2(address, &connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil) == SQLITE_OK,
      sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
      let file, let read = file.pointee.pMethods?.pointee.xRead
    else { throw InputError("cannot be read", file: path) }
    var header = [UInt8](repeating: 0, count: 100)
    guard read(file, &header, CInt(header.count), 0) == SQLITE_OK, header.starts(with: Array("SQLite format 3\0".utf8))
    else { throw InputError("no store: file is not a database", file: path) }
    return header[68..<72].reduce(0) { $0 << 8 | CInt($1) }
  }
}
