import Foundation

/// A kernel lock on a file (`flock`): it goes with the process that holds it, however that dies.
struct FileLock {
  let descriptor: Int32

  /// Takes the lock, making file and folder where they are missing; nil where another holds it.
  static func taken(at file: URL) throws -> FileLock? {
    let descriptor = try opened(file)
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return FileLock(descriptor: descriptor) }
    close(descriptor)
    return nil
  }

  static func waiting(for file: URL) throws -> FileLock {
    let descriptor = try opened(file)
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        close(descriptor)
        throw StoreError(path: file.relativePath, message: "cannot be locked: \(String(cString: strerror(errno)))")
      }
    }
    return FileLock(descriptor: descriptor)
  }

  func release() {
    close(descriptor)
  }

  /// Whether a process holds the lock. Looking takes a shared lock for an instant.
  static func isHeld(at file: URL) -> Bool {
    let descriptor = open(file.path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// A descriptor of the file, which is made, with its folder, where it is missing; children don't inherit it.
  static func opened(_ file: URL) throws -> Int32 {
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let descriptor = open(file.path(percentEncoded: false), O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw StoreError(path: file.relativePath, message: "cannot be opened: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }
}
