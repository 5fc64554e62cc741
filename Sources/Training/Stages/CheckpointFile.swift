import Experiments
import Foundation
import RunStore
import Torch

/// A training's state as a file: tensors as `Training.tensors` names them, and the progress as metadata.
struct CheckpointFile {
  static let averagePrefix = "ema."

  /// What a file is read for.
  enum Purpose {
    /// All that there is.
    case training
    /// `sampledWeights` alone.
    case drawing
  }

  private let all: [String: Tensor]
  let progress: TrainingProgress

  private enum Key {
    static let state = "state"
    static let epochs = "epochs"
    static let progress = "progress"
  }

  /// - Parameter state: the hash of the state in its chain; within an epoch, that of the state before it.
  /// - Throws: `FileError` where the file can't be written; what was there before stays then.
  static func write(_ training: Training, state: String, to url: URL) throws {
    let encoder = JSONEncoder()
    // Equal states are equal files.
    encoder.outputFormatting = .sortedKeys
    let progress = try encoder.encode(training.progress)
    try makeFolder(of: url)
    try Safetensors(
      training.tensors,
      metadata: [
        "format": "pt", Key.state: state, Key.epochs: String(training.progress.epochs),
        Key.progress: String(decoding: progress, as: UTF8.self),
      ]
    ).write(to: url)
  }

  /// - Throws: `FormatError` where the file isn't what `write` made.
  init(contentsOf url: URL, for purpose: Purpose = .training) throws {
    let file = try Safetensors(contentsOf: url) { purpose == .drawing ? Self.sampled($0) : $0 }
    all = file.tensors
    guard let text = file.metadata[Key.progress],
      let progress = try? JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
    else { throw FormatError(file: url.path, reason: "doesn't say where its training stands") }
    self.progress = progress
  }

  /// - Throws: `FormatError` where the file is not just what was recorded.
  init(_ checkpoint: Checkpoint, in artifacts: URL, for purpose: Purpose = .training) throws {
    let url = artifacts.appendingPathComponent(checkpoint.path)
    // Hashing the whole file takes longer than reading it.
    let verified = Meanwhile { try verify(url, checkpoint) }
    let file = Result { try Self(contentsOf: url, for: purpose) }
    try verified.value()
    self = try file.get()
  }

  /// The network's, as `Denoiser.load` takes them.
  var weights: [String: Tensor] { all.filter { Self.isWeight($0.key) } }

  /// What pictures are drawn with: the averaged weights where there are any.
  var sampledWeights: [String: Tensor] {
    let averaged = tensors(under: Self.averagePrefix)
    return averaged.isEmpty ? weights : averaged.filter { $0.key != "steps" }
  }

  private static func sampled(_ names: Set<String>) -> Set<String> {
    let averaged = names.filter { $0.hasPrefix(averagePrefix) }
    return averaged.isEmpty ? names.filter(isWeight) : averaged
  }

  private static func isWeight(_ name: String) -> Bool {
    Denoiser.Part.allCases.contains { name.hasPrefix("\($0.rawValue).") }
  }

  /// Those whose names begin so, without that beginning.
  func tensors(under prefix: String) -> [String: Tensor] {
    let own = all.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    return Dictionary(uniqueKeysWithValues: own)
  }
}
