import Crypto
import Experiments
import Files
import Foundation

/// Pictures and their labels in two `.npy` files that fit each other.
struct ArrayPair {
  let pictures: PictureArray
  let labels: [Int]
  let classNames: [String]

  /// - Throws: `InputError` where a file is missing or isn't what its setting asks for, or where the two don't fit; it
  ///   begins with the setting concerned.
  init(_ configuration: DataConfiguration) throws(InputError) {
    pictures = try PictureArray(Self.file(configuration.pictures, "data.pictures"))
    let labelled = try LabelArray(Self.file(configuration.labels, "data.labels"))
    labels = labelled.labels
    guard labels.count == pictures.count else {
      throw InputError("data.labels: there are \(labels.count) labels for \(pictures.count) pictures")
    }
    let names = configuration.classNames ?? (0..<labelled.classCount).map(String.init)
    guard names.count == labelled.classCount else {
      throw InputError("data.class_names: there are \(names.count) names for \(labelled.classCount) classes")
    }
    self.classNames = names
    let used = Set(labels)
    if let empty = names.indices.first(where: { !used.contains($0) }) {
      throw InputError("data.labels: no picture is of class \(empty), counted from 0 ('\(names[empty])')")
    }
  }

  /// SHA-256, in hex, of the two files' bytes.
  ///
  /// - Throws: `InputError` where they can't be prepared, so that a plan knows before anything is begun.
  static func digest(_ configuration: DataConfiguration) throws(InputError) -> String {
    _ = try ArrayPair(configuration)
    var hash = SHA256()
    for (path, setting) in [(configuration.pictures, "data.pictures"), (configuration.labels, "data.labels")] {
      let content = try mapped(path, setting)
      hash.update(data: Array("\(content.count) ".utf8))
      hash.update(data: content)
    }
    return hash.finalize().hexadecimal
  }

  private static func file(_ path: String?, _ setting: String) throws(InputError) -> NumPyFile {
    let content = try mapped(path, setting)
    do {
      return try NumPyFile(content)
    } catch {
      throw InputError("\(setting): '\(path ?? "")' \(error.reason)")
    }
  }

  private static func mapped(_ path: String?, _ setting: String) throws(InputError) -> Data {
    guard let path else { throw InputError("\(setting) is missing: source 'npy' needs a file") }
    let url = URL(fileURLWithPath: path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError("\(setting): there is no file '\(path)'", suggestion: nearestSibling(of: url))
    }
    do {
      return try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw InputError("\(setting): '\(path)' is no file that can be read")
    }
  }
}

/// The path of what lies beside `url` and was probably meant.
func nearestSibling(of url: URL) -> String? {
  let folder = url.deletingLastPathComponent()
  let siblings = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
  return InputError.nearest(to: url.lastPathComponent, among: (siblings ?? []).sorted())
    .map { folder.appendingPathComponent($0).path }
}
