import Foundation

/// Brings every process that writes to a store to its turn, however many there are.
///
/// SQLite has those who wait look again after a while, and whoever looks at the right instant comes first: quick, but
/// among many somebody may never do. So who has waited for long goes to the front, and nobody begins to wait for the
/// file meanwhile. The lock goes with the process that holds it, however that dies.
final class WriterTurns: Sendable {
  private let descriptor: Int32
  private let path: String

  /// - Parameter file: is locked, and made where it is missing.
  ///
  /// Throws `StoreError` where it can be neither opened nor made.
  init(at file: URL) throws {
    descriptor = try FileLock.opened(file)
    path = file.relativePath
  }

  deinit {
    close(descriptor)
  }

  /// Returns once nobody is at the front.
  func wait() throws {
    try lock(LOCK_SH)
    flock(descriptor, LOCK_UN)
  }

  /// Runs `body` at the front.
  func first<Result>(_ body: () throws -> Result) throws -> Result {
    try lock(LOCK_EX)
    // Closing alone would leave the lock to a child that is just being started and still has the descriptor.
    defer { flock(descriptor, LOCK_UN) }
    return try body()
  }

  private func lock(_ kind: Int32) throws {
    while flock(descriptor, kind) != 0 {
      guard errno == EINTR else {
        throw StoreError(path: path, message: "cannot be locked: \(String(cString: strerror(errno)))")
      }
    }
  }
}
