import Crypto
import Foundation
import RunStore
import Torch

func makeFolder(of url: URL) throws {
  try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
}

/// What the store keeps of a file, to know it again.
func describe(_ url: URL, state: String, epochs: Int, path: String) throws -> Checkpoint {
  let (sha256, bytes) = try fingerprint(url)
  return Checkpoint(state: state, epochs: epochs, path: path, sha256: sha256, bytes: bytes)
}

/// - Throws: `FormatError` where the file isn't what the store knows.
func verify(_ url: URL, _ checkpoint: Checkpoint) throws {
  guard let (sha256, bytes) = try? fingerprint(url) else {
    throw FormatError(file: url.path, reason: "can't be read; it holds the state after \(checkpoint.epochs) epochs")
  }
  guard bytes == checkpoint.bytes else {
    throw FormatError(
      file: url.path, reason: "is \(bytes) bytes long where \(checkpoint.bytes) were written: it is truncated")
  }
  guard sha256 == checkpoint.sha256 else {
    throw FormatError(file: url.path, reason: "isn't what was written: its SHA-256 differs")
  }
}

/// A file's SHA-256 and size. It is read piece by piece: one that is mapped whole counts as memory of the process.
func fingerprint(_ url: URL) throws -> (sha256: String, bytes: Int) {
  let file = try FileHandle(forReadingFrom: url)
  defer { try? file.close() }
  var (hash, bytes) = (SHA256(), 0)
  while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
    hash.update(data: piece)
    bytes += piece.count
  }
  return (hex(hash.finalize()), bytes)
}

func hexDigest(_ data: Data) -> String {
  hex(SHA256.hash(data: data))
}

private func hex(_ digest: SHA256.Digest) -> String {
  digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
