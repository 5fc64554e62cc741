import Crypto
import Experiments
import Files
import Foundation

/// Names the weights that a folder of `model.from` holds, so that a training knows what it started from wherever the
/// folder lies.
public enum WeightsDigest {
  /// SHA-256, as 64 hexadecimal digits, of the names and bytes of the safetensors files in the folder, `unet` and `label`.
  ///
  /// Throws `InputError` where there are none.
  public static func of(_ folder: String) throws -> String {
    let root = URL(filePath: folder, directoryHint: .isDirectory)
    let names = ["", "unet/", "label/"].flatMap { part in files(in: root, part).map { part + $0 } }
    let weights = names.filter { $0.hasSuffix(".safetensors") }
    guard weights.contains(where: { !$0.hasPrefix("label/") }) else {
      let pickled = names.first { $0.hasSuffix(".bin") }.map {
        "; \($0) holds Python objects, which Darkroom doesn't execute: load it in Python and save it again with "
          + "safe_serialization=True"
      }
      throw InputError("model.from: the folder \(folder) holds no .safetensors file" + (pickled ?? ""))
    }
    var hash = SHA256()
    for name in weights {
      guard let file = try? Data(contentsOf: root.appending(path: name), options: .mappedIfSafe) else {
        throw InputError("model.from: \(root.appending(path: name).path) cannot be read")
      }
      hash.update(data: Data("\(name.utf8.count) \(name) \(file.count) ".utf8))
      hash.update(data: file)
    }
    return hash.finalize().hexadecimal
  }

  private static func files(in root: URL, _ part: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: part).path)
    return (names ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
