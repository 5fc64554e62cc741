import Experiments
import Foundation
import GRDB

/// How a store's file is opened: it is looked at before SQLite may touch it, and made or brought up to date by one
/// process at a time.
struct StoreOpening {
  let path: String
  let liveness: Liveness

  func openReadOnly() throws -> DatabaseQueue {
    try StoreHeader.read(path).requireStore(path)
    var configuration = configuration
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.read { database in
      try refuseNewer(database)
      guard try migrations.completedMigrations(database).contains(lastMigrationForReaders) else {
        throw InputError("an older Darkroom's store; open it once for writing to bring it up to date", file: path)
      }
    }
    return queue
  }

  /// The first thing written is the mark of a store, and in journal mode DELETE, so that it is in the file itself,
  /// where `StoreHeader` finds it, before the file can look like anything else.
  func openForWriting(creating: Bool) throws -> DatabasePool {
    let header = try StoreHeader.read(path)
    if !creating { try header.requireStore(path) }
    let lock = try FileLock.waiting(for: liveness.locks.appending(path: "store.lock"))
    defer { lock.release() }
    if try StoreHeader.read(path) != .store {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA application_id = \(StoreHeader.applicationID)")
      }
      try queue.close()
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.read(refuseNewer)
    try migrations.migrate(pool)
    return pool
  }

  private func refuseNewer(_ database: Database) throws {
    guard try migrations.hasBeenSuperseded(database) else { return }
    throw InputError("the store was written by a newer Darkroom, which this one cannot read", file: path)
  }

  private var configuration: GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.label = "store"
    configuration.busyMode = .callback { tries in
      // Waits of random length, so that many writers don't come back in step; about half a second in all.
      usleep(.random(in: 200...(tries < 10 ? 1_000 : 10_000)))
      return tries < 100
    }
    configuration.prepareDatabase { [liveness] database in
      database.add(function: liveness.processGone)
      try WriteAheadLog.keepShort(database)
    }
    return configuration
  }
}
