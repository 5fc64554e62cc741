import Yams

/// Reads blocks of settings, as the schema nests them.
struct SettingsReader {
  let source: YAMLSource

  /// Reads what stands at `path`, which is a setting or a block; `keyPlace` is where the path was written.
  ///
  /// Throws `InputError` where a key is unknown or a value is not what its path takes.
  func read(_ node: Node, at path: String, keyPlace: Place, into settings: inout Settings) throws {
    if let field = Schema.field(path) {
      let value = try FieldReader(source: source, path: path).read(node, as: field.type)
      settings[path] = Setting(value: value, place: keyPlace)
      return
    }
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        let name = try self.name(key)
        let inner = Schema.join(path, name)
        guard Schema.field(inner) != nil || Schema.isBlock(inner) else {
          throw unknown(name, in: path, at: source.place(key))
        }
        try read(value, at: inner, keyPlace: source.place(key), into: &settings)
      }
    case _ where node.isNull:
      for path in Schema.leavesTurnedOff(byNullAt: path) { settings[path] = Setting(value: .null, place: keyPlace) }
    default:
      let members = Schema.members[path, default: []].joined(separator: ", ")
      throw source.place(node).error("\(path) must be a block with \(members), not \(node.summary)")
    }
  }

  /// A key of a block.
  func name(_ key: Node) throws -> String {
    guard let name = key.scalarText else {
      throw source.place(key).error("a key must be text, not \(key.summary)")
    }
    if name == "<<" { throw source.place(key).error("merge keys (<<) are not available; write the settings out") }
    return name
  }

  /// The error for a key that the block at `path` ("" is the whole file) does not have.
  func unknown(_ name: String, in path: String, others: [String] = [], at place: Place) -> InputError {
    let full = Schema.join(path, name)
    if LaterKeys.contains(full) || (path.isEmpty && LaterKeys.contains(name)) {
      return place.error(LaterKeys.message(full))
    }
    let siblings = Schema.members[path, default: []] + others
    let elsewhere = Schema.fields.map(\.path)
    let moved = elsewhere.filter { $0 == name || $0.hasSuffix("." + name) }
    let suggestion =
      InputError.nearest(to: name, among: siblings) ?? moved.first
      ?? InputError.nearest(to: full, among: elsewhere)
    let whose = path.isEmpty ? "" : " in \(path)"
    return place.error("unknown key '\(name)'\(whose)", suggestion: suggestion)
  }
}
