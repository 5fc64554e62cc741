public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole or not at all: written under a temporary name beside its own, synced, renamed.
public final class DurableFile {
  private let destination: URL
  private let temporary: URL
  private var descriptor: Int32

  /// - Throws: `FileError` where the folder is missing or can't be written.
  public init(at destination: URL) throws {
    self.destination = destination
    temporary = destination.deletingLastPathComponent()
      .appendingPathComponent(".\(destination.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp")
    descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("cannot write", destination) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary.path)
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count {
      let result = systemWrite(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if result < 0 {
        if errno == EINTR { continue }
        throw FileError("cannot write", destination)
      }
      written += result
    }
  }

  public func write(_ data: Data) throws {
    try data.withUnsafeBytes { try write($0) }
  }

  /// Makes the file appear, replacing one of that name; power loss no longer takes it away.
  public func commit() throws {
    guard fsync(descriptor) == 0 else { throw FileError("cannot sync", destination) }
    guard rename(temporary.path, destination.path) == 0 else { throw FileError("cannot rename to", destination) }
    close(descriptor)
    descriptor = -1
    let folder = open(destination.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Writes a file of these contents in one go.
  public static func write(_ data: Data, to destination: URL) throws {
    let file = try DurableFile(at: destination)
    try file.write(data)
    try file.commit()
  }
}

/// A file that the system refused, with the system's reason.
public struct FileError: Error, CustomStringConvertible {
  public let description: String
  /// Whether there is no such file.
  public let isMissing: Bool

  init(_ action: String, _ url: URL) {
    isMissing = errno == ENOENT
    description = "\(action) \(url.path): \(String(cString: strerror(errno)))"
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
