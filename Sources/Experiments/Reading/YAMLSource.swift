import Foundation
import Yams

/// YAML text and where it came from.
struct YAMLSource {
  /// As errors name it.
  let name: String
  /// What relative folders are relative to.
  let folder: URL
  /// False for an override, which is a single line that nobody counts.
  let hasLines: Bool
  let text: String

  private static let largest = 1 << 20

  /// Reads a file.
  ///
  /// Throws `InputError` where it is missing, unreadable, larger than 1 MiB or not UTF-8.
  init(file: String) throws {
    let url = URL(fileURLWithPath: file)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw InputError("no such file", file: file, suggestion: nearestSibling(of: file))
    }
    if isFolder.boolValue { throw InputError("this is a folder, not an experiment file", file: file) }
    guard let data = try? Data(contentsOf: url) else { throw InputError("the file cannot be read", file: file) }
    guard data.count <= Self.largest else {
      throw InputError("the file has \(data.count) bytes; an experiment file has at most \(Self.largest)", file: file)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let line = Self.lines(of: data).firstIndex { String(validating: $0, as: UTF8.self) == nil }
      throw InputError("the text is not UTF-8", file: file, line: line.map { $0 + 1 })
    }
    name = file
    folder = url.deletingLastPathComponent()
    hasLines = true
    self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// The value of an override; relative folders in it are relative to the current one.
  init(override: String, value: String) {
    name = "-S \(override)"
    folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    hasLines = false
    text = value
  }

  /// The text's only document; nil where there is none.
  func root() throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw inputError(error)
    }
  }

  func place(_ node: Node) -> Place {
    Place(source: name, line: hasLines ? node.mark?.line : nil, column: hasLines ? node.mark?.column : nil)
  }

  private func inputError(_ error: YamlError) -> InputError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return failure("this is not YAML: \(problem)", at: mark)
    case .duplicatedKeysInMapping(let keys, let context):
      return failure("'\(keys.first ?? "")' stands twice in this block, first here", at: context.mark)
    case .reader(let problem, let offset, _, _):
      let before = text.prefix(offset ?? 0)
      let line = hasLines ? before.count { $0.isNewline } + 1 : nil
      return InputError("this is not YAML: \(problem)", file: name, line: line)
    default:
      return InputError("this is not YAML: \(error)", file: name)
    }
  }

  private func failure(_ message: String, at mark: Mark) -> InputError {
    Place(source: name, line: hasLines ? mark.line : nil, column: hasLines ? mark.column : nil).error(message)
  }

  private static func lines(of data: Data) -> [Data.SubSequence] {
    data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }
}

/// What stands in a missing file's or folder's place under a similar name.
func nearestSibling(of path: String) -> String? {
  let url = URL(fileURLWithPath: path)
  let siblings = (try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)) ?? []
  guard let name = InputError.nearest(to: url.lastPathComponent, among: siblings.sorted()) else { return nil }
  let parent = (path as NSString).deletingLastPathComponent
  return parent.isEmpty ? name : (parent as NSString).appendingPathComponent(name)
}
