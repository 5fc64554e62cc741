import Crypto
import Experiments
import Files
import Foundation

/// The PNG and JPEG files below a folder, and the classes that they belong to.
struct ImageFolder {
  struct File {
    /// Relative to the folder, with `/` between levels.
    let path: String
    /// Index into `classNames`.
    let label: Int
  }

  let root: URL
  let classNames: [String]
  /// In the order of their paths' bytes; those that no class takes are left out.
  let files: [File]

  /// Lists the files; none is opened.
  ///
  /// - Throws: `InputError` where the folder is missing, holds no picture, or leaves a class empty.
  init(_ configuration: DataConfiguration) throws {
    guard let path = configuration.path else {
      throw InputError("data.path is missing: source 'images' needs a folder")
    }
    root = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let paths = try Self.picturePaths(below: root, path: path)
    guard !paths.isEmpty else { throw InputError("data.path: no PNG or JPEG file is in the folder '\(path)'") }
    if let classes = configuration.classes {
      classNames = classes.map(\.name)
      files = Self.sorted(paths, into: classes)
      try Self.refuseEmpty(classes, files: files, paths: paths)
    } else {
      (classNames, files) = Self.byFirstLevel(paths, root: root)
    }
  }

  /// SHA-256, in hex, of the files' names and bytes.
  func digest() throws -> String {
    var hash = SHA256()
    for file in files {
      let content = try read(file)
      hash.update(data: Array("\(file.path.utf8.count) \(file.path) \(content.count) ".utf8))
      hash.update(data: content)
    }
    return hash.finalize().hexadecimal
  }

  func read(_ file: File) throws(InputError) -> Data {
    do {
      return try Data(contentsOf: root.appendingPathComponent(file.path))
    } catch {
      throw InputError("cannot be read", file: root.appendingPathComponent(file.path).path)
    }
  }

  private static func picturePaths(below root: URL, path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder) else {
      throw InputError("data.path: there is no folder '\(path)'", suggestion: nearestSibling(of: root))
    }
    guard isFolder.boolValue, let all = FileManager.default.enumerator(atPath: root.path) else {
      throw InputError("data.path: '\(path)' is no folder that can be read")
    }
    var found: [String] = []
    for case let file as String in all where isPicture(file) { found.append(file) }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// By its ending; names that begin with a dot are other programs' own.
  private static func isPicture(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, !name.hasPrefix(".") else { return false }
    return ["png", "jpg", "jpeg"].contains(name[name.index(after: dot)...].lowercased())
  }

  private static func sorted(_ paths: [String], into classes: [DataConfiguration.ClassPatterns]) -> [File] {
    let patterns = classes.map { $0.patterns.map(PathPattern.init) }
    return paths.compactMap { path in
      patterns.firstIndex { $0.contains { $0.matches(path) } }.map { File(path: path, label: $0) }
    }
  }

  private static func refuseEmpty(
    _ classes: [DataConfiguration.ClassPatterns], files: [File], paths: [String]
  ) throws(InputError) {
    for (label, group) in classes.enumerated() where !files.contains(where: { $0.label == label }) {
      let patterns = group.patterns.map { "'\($0)'" }.joined(separator: ", ")
      let taken = paths.count { path in group.patterns.contains { PathPattern($0).matches(path) } }
      let why =
        taken > 0
        ? "the classes before it take all \(taken) files that match \(patterns)" : "no file matches \(patterns)"
      let folders = Set(paths.flatMap(folders(of:))).sorted()
      let nearest = group.patterns.first.flatMap { pattern in
        InputError.nearest(to: pattern, among: folders.map { "\($0)/**" })
      }
      throw InputError("data.classes.\(group.name): \(why)", suggestion: taken > 0 ? nil : nearest)
    }
  }

  /// The folders that a path leads through: of `a/b/c.png`, `a` and `a/b`.
  private static func folders(of path: String) -> [String] {
    let levels = path.split(separator: "/").dropLast()
    return levels.indices.map { levels[...$0].joined(separator: "/") }
  }

  /// A class a folder of the first level; files beside those folders are left out. Where there are no folders, all
  /// files are one class, named as the folder that holds them.
  private static func byFirstLevel(_ paths: [String], root: URL) -> ([String], [File]) {
    let folders = paths.map { path in path.firstIndex(of: "/").map { String(path[..<$0]) } }
    let names = Set(folders.compactMap(\.self)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if names.isEmpty { return ([root.lastPathComponent], paths.map { File(path: $0, label: 0) }) }
    let labels = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let files = zip(paths, folders).compactMap { path, folder in
      folder.flatMap { labels[$0] }.map { File(path: path, label: $0) }
    }
    return (names, files)
  }
}
