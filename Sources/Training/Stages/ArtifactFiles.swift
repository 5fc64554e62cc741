import Crypto
import Foundation
import RunStore
import Torch

func makeFolder(of url: URL) throws {
  try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
}

/// What the store keeps of a file, to know it again.
func describe(_ url: URL, state: String, epochs: Int, path: String) throws -> Checkpoint {
  let data = try Data(contentsOf: url, options: .mappedIfSafe)
  return Checkpoint(state: state, epochs: epochs, path: path, sha256: hexDigest(data), bytes: data.count)
}

/// - Throws: `FormatError` where the file isn't what the store knows.
func verify(_ url: URL, _ checkpoint: Checkpoint) throws {
  guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
    throw FormatError(file: url.path, reason: "can't be read; it holds the state after \(checkpoint.epochs) epochs")
  }
  guard data.count == checkpoint.bytes else {
    throw FormatError(
      file: url.path, reason: "is \(data.count) bytes long where \(checkpoint.bytes) were written: it is truncated")
  }
  guard hexDigest(data) == checkpoint.sha256 else {
    throw FormatError(file: url.path, reason: "isn't what was written: its SHA-256 differs")
  }
}

func hexDigest(_ data: Data) -> String {
  SHA256.hash(data: data).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
