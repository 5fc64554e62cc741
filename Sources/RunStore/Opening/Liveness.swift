import Foundation
import GRDB

/// Whether the process that executes a stage still does. It holds the stage's lock as long as it lives, so on its own
/// host no heartbeat is needed; of other hosts nothing is known, and their processes count as alive.
struct Liveness: Sendable {
  /// The folder of the locks.
  let locks: URL
  let host = ProcessInfo.processInfo.hostName

  func isGone(stage hash: String, host: String) -> Bool {
    host == self.host && !FileLock.isHeld(at: locks.appending(path: "\(hash).lock"))
  }

  /// `process_gone(stage's hash, host)` in SQL.
  var processGone: DatabaseFunction {
    DatabaseFunction("process_gone", argumentCount: 2) { arguments in
      guard let hash = String.fromDatabaseValue(arguments[0]), let host = String.fromDatabaseValue(arguments[1])
      else { return false }
      return isGone(stage: hash, host: host)
    }
  }
}
