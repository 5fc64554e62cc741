public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is read at any place. Foundation's handles ask the system for 4 KB at a time.
public final class ReadableFile {
  private let url: URL
  private let descriptor: Int32
  /// As it is now, in bytes.
  public let count: Int

  /// - Throws: `FileError` where the file is missing, or can't be read.
  public init(at url: URL) throws {
    self.url = url
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("cannot read", url) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileError("cannot read", url)
      close(descriptor)
      throw error
    }
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `bytes` with what stands from `offset` on.
  /// - Returns: how many there were; fewer than `bytes` has only where the file ends.
  public func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    var done = 0
    while done < bytes.count {
      let result = pread(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if result < 0 {
        if errno == EINTR { continue }
        throw FileError("cannot read", url)
      }
      if result == 0 { break }
      done += result
    }
    return done
  }
}
