import Files
import Foundation
import Torch

/// The states from which an unfinished training can go on: a folder a stage, with the last few of them, each beside its
/// SHA-256 as `sha256sum` writes and checks it. The digest comes last, so a file without one was never complete.
struct ResumeFiles {
  private let folder: URL
  private let keep: Int

  /// - Parameter keep: how many, from 1.
  init(stage: String, in artifacts: URL, keep: Int) {
    folder = artifacts.appendingPathComponent("resume/\(stage)")
    self.keep = keep
  }

  /// Adds the training's present state, then lets the oldest go.
  func write(_ training: Training, state: String) throws {
    let progress = training.progress
    let url = folder.appendingPathComponent(Self.name(epoch: progress.epochs, step: progress.tally.steps))
    try? FileManager.default.removeItem(at: Self.digestFile(of: url))
    try CheckpointFile.write(training, state: state, to: url)
    let digest = try FileDigest(of: url).sha256
    try DurableFile.write(Data("\(digest)  \(url.lastPathComponent)\n".utf8), to: Self.digestFile(of: url))
    for old in try complete().dropFirst(keep) {
      try FileManager.default.removeItem(at: Self.digestFile(of: old))
      try FileManager.default.removeItem(at: old)
    }
  }

  /// The latest state that is whole and that `load` takes; nil where there is none.
  /// - Parameter refused: is told of each file that is not, before an earlier one is tried.
  func last(refused: (URL, String) throws -> Void) throws -> CheckpointFile? {
    for url in try complete() {
      do {
        return try read(url)
      } catch let error as FormatError {
        try refused(url, error.reason)
      }
    }
    return nil
  }

  func removeAll() throws {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    try FileManager.default.removeItem(at: folder)
  }

  private func read(_ url: URL) throws -> CheckpointFile {
    let digest = try String(contentsOf: Self.digestFile(of: url), encoding: .utf8).prefix { $0 != " " }
    let found = Meanwhile { try FileDigest(of: url).sha256 }
    let file = Result { try CheckpointFile(contentsOf: url) }
    guard try found.value() == digest else {
      throw FormatError(file: url.path, reason: "isn't what was written: its SHA-256 differs")
    }
    return try file.get()
  }

  /// Files with a digest, the latest first.
  private func complete() throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return files.filter {
      $0.pathExtension == "safetensors" && FileManager.default.fileExists(atPath: Self.digestFile(of: $0).path)
    }.sorted { $0.lastPathComponent > $1.lastPathComponent }
  }

  /// Names sort as the states follow one another.
  private static func name(epoch: Int, step: Int) -> String {
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, 9 - text.count)) + text
    }
    return "epoch-\(digits(epoch))-step-\(digits(step)).safetensors"
  }

  private static func digestFile(of url: URL) -> URL { url.appendingPathExtension("sha256") }
}
