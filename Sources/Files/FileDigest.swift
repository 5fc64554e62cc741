public import Crypto
public import Foundation

/// A file's SHA-256 and size. It is read piece by piece: one that is mapped whole counts as memory of the process.
public struct FileDigest: Equatable, Sendable {
  /// 64 hexadecimal digits.
  public let sha256: String
  public let bytes: Int

  /// Throws where the file can't be read.
  public init(of url: URL) throws {
    let file = try ReadableFile(at: url)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    var (hash, bytes) = (SHA256(), 0)
    while case let count = try file.read(into: piece, at: bytes), count > 0 {
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
      bytes += count
    }
    (sha256, self.bytes) = (hash.finalize().hexadecimal, bytes)
  }
}

extension SHA256.Digest {
  /// 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
