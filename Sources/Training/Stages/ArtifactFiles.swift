import Files
import Foundation
import RunStore
import Torch

func makeFolder(of url: URL) throws {
  try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
}

/// What the store keeps of a file, to know it again.
func describe(_ url: URL, state: String, epochs: Int, path: String) throws -> Checkpoint {
  let digest = try FileDigest(of: url)
  return Checkpoint(state: state, epochs: epochs, path: path, sha256: digest.sha256, bytes: digest.bytes)
}

/// - Throws: `FormatError` where the file isn't what the store knows.
func verify(_ url: URL, _ checkpoint: Checkpoint) throws {
  guard let digest = try? FileDigest(of: url) else {
    throw FormatError(file: url.path, reason: "can't be read; it holds the state after \(checkpoint.epochs) epochs")
  }
  guard digest.bytes == checkpoint.bytes else {
    throw FormatError(
      file: url.path, reason: "is \(digest.bytes) bytes long where \(checkpoint.bytes) were written: it is truncated")
  }
  guard digest.sha256 == checkpoint.sha256 else {
    throw FormatError(file: url.path, reason: "isn't what was written: its SHA-256 differs")
  }
}
