import Crypto
import Foundation
import RunStore
import Torch
import TorchNN

/// A state of the training chain as a file: weights under `unet.` and `label.`, the optimizer's moments under
/// `optimizer.`.
struct CheckpointFile {
  private static let optimizerPrefix = "optimizer."

  let weights: [String: Tensor]
  let optimizer: [String: Tensor]
  let state: String

  /// Writes the state, and says what was written.
  static func write(
    _ denoiser: Denoiser, _ optimizer: Adam, state: String, epochs: Int, in artifacts: URL
  ) throws -> Checkpoint {
    var tensors = denoiser.state
    for (name, tensor) in optimizer.state { tensors[optimizerPrefix + name] = tensor }
    let path = "checkpoints/\(state).safetensors"
    let url = artifacts.appendingPathComponent(path)
    try makeFolder(of: url)
    try Safetensors(tensors, metadata: ["format": "pt", "state": state, "epochs": "\(epochs)"]).write(to: url)
    return try describe(url, state: state, epochs: epochs, path: path)
  }

  /// - Throws: `FormatError` where the file is not just what was recorded.
  init(_ checkpoint: Checkpoint, in artifacts: URL) throws {
    let url = artifacts.appendingPathComponent(checkpoint.path)
    try verify(url, checkpoint)
    let tensors = try Safetensors(contentsOf: url).tensors
    weights = tensors.filter { !$0.key.hasPrefix(Self.optimizerPrefix) }
    optimizer = Dictionary(
      uniqueKeysWithValues: tensors.filter { $0.key.hasPrefix(Self.optimizerPrefix) }
        .map { (String($0.key.dropFirst(Self.optimizerPrefix.count)), $0.value) })
    state = checkpoint.state
  }
}

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
