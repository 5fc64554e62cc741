import Yams

/// Reads the keys of a block that holds no settings.
struct BlockReader {
  let settings: SettingsReader
  private var source: YAMLSource { settings.source }

  func members(of node: Node, named path: String) throws -> [(name: String, key: Node, value: Node)] {
    guard case .mapping(let mapping) = node else {
      throw source.place(node).error("\(path) must be a block, not \(node.summary)")
    }
    return try mapping.map { (try settings.name($0.key), $0.key, $0.value) }
  }

  func integer(_ node: Node, _ path: String, _ range: ClosedRange<Int>) throws -> Int {
    guard case .int(let value) = try FieldReader(source: source, path: path).read(node, as: .integer(range)) else {
      return range.lowerBound
    }
    return value
  }

  func number(_ node: Node, _ path: String, _ range: NumberRange) throws -> Double {
    try FieldReader(source: source, path: path).read(node, as: .number(range)).number ?? 0
  }

  func choice(_ node: Node, _ path: String, _ type: FieldType) throws -> String? {
    guard case .string(let text) = try FieldReader(source: source, path: path).read(node, as: type) else { return nil }
    return text
  }

  func boolean(_ node: Node, _ path: String) throws -> Bool {
    try FieldReader(source: source, path: path).read(node, as: .boolean) == true
  }

  func place(_ node: Node) -> Place { source.place(node) }

  func unknown(_ name: String, _ key: Node, of block: String, _ members: [String]) -> InputError {
    if LaterKeys.contains(Schema.join(block, name)) {
      return source.place(key).error(LaterKeys.message(Schema.join(block, name)))
    }
    return source.place(key).error(
      "unknown key '\(name)' in \(block)", suggestion: InputError.nearest(to: name, among: members))
  }
}
