import Experiments
import GRDB

/// What SQLite's error means to a person.
func storeFailure(_ error: DatabaseError, path: String) -> any Error {
  switch error.resultCode {
  case .SQLITE_CORRUPT, .SQLITE_NOTADB:
    InputError("the store is damaged: \(error.message ?? "SQLite cannot read it")", file: path)
  case .SQLITE_FULL:
    StoreError(path: path, message: "no space is left on the disk; nothing of this was written")
  case .SQLITE_BUSY:
    StoreError(path: path, message: "another program has held the store for a minute; nothing of this was written")
  case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
    StoreError(path: path, message: "the store, or the folder that it lies in, may not be written to")
  default:
    StoreError(path: path, message: error.description)
  }
}
