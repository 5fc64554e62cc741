import GRDB
import GRDBSQLite

/// When the write-ahead log goes into the store's file and begins anew.
///
/// SQLite by itself begins a log anew only when a writer comes at an instant at which nobody reads, which among many
/// readers may never be: it grows without bound, and every commit beyond the thousandth page syncs both files again.
/// Here, of all processes, the one whose commit fills up another `pages` moves them, and the one that fills up another
/// `mostPages` also waits until nobody reads from the log any more, as long as the connection's patience lasts. Who
/// begins to read meanwhile reads from the file alone.
enum WriteAheadLog {
  /// Of 4 KB.
  static let pages = 1_000
  static let mostPages = 16_000

  static func keepShort(_ database: Database) throws {
    // What it takes beyond that for a reader that stays is given back.
    try database.execute(sql: "PRAGMA journal_size_limit = \(mostPages * 4096)")
    sqlite3_wal_hook(
      database.sqliteConnection,
      { _, connection, _, length in
        WriteAheadLog.hasGrown(to: Int(length), by: connection)
        // The commit has been: what failed here is done another time.
        return SQLITE_OK
      }, nil)
  }

  private static func hasGrown(to length: Int, by connection: OpaquePointer?) {
    let before = length - pagesWritten(by: connection)
    if before / mostPages < length / mostPages {
      sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_RESTART, nil, nil)
    } else if before / pages < length / pages {
      sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
  }

  /// Since it was last asked.
  private static func pagesWritten(by connection: OpaquePointer?) -> Int {
    var (count, most): (CInt, CInt) = (0, 0)
    sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_WRITE, &count, &most, 1)
    return Int(count)
  }
}
