import Experiments
import Foundation

/// A folder of its own for one test, removed when the test is done with it.
final class Scratch: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("darkroom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func write(_ text: String, to name: String = "e.yaml") throws -> String {
    try write(Data(text.utf8), to: name)
  }

  func write(_ data: Data, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }
}

/// Loads and plans a file with this text.
func plan(
  _ text: String, overrides: [String] = [], digest: @escaping (DataConfiguration) -> String = { _ in "" }
) throws -> Plan {
  let scratch = try Scratch()
  let file = try scratch.write(text)
  return try Plan.make(Experiment.load(file: file, overrides: overrides), sourceDigest: digest)
}

/// The error of loading and planning a file with this text, with `e.yaml` as its name; nil where there is none.
func mistake(in text: String, overrides: [String] = []) throws -> String? {
  let scratch = try Scratch()
  let file = try scratch.write(text)
  do {
    _ = try Plan.make(Experiment.load(file: file, overrides: overrides), sourceDigest: { _ in "" })
    return nil
  } catch let error as InputError {
    return error.description.replacingOccurrences(of: scratch.url.path + "/", with: "")
  }
}
