import Foundation
import Yams

/// Reads one setting's value as its type demands.
struct FieldReader {
  let source: YAMLSource
  /// As messages name the setting.
  let path: String

  /// Throws `InputError` at the value's place.
  func read(_ node: Node, as type: FieldType) throws -> Value {
    switch type {
    case .optional(let type): return node.isNull ? .null : try read(node, as: type)
    case .integer(let range): return .int(try integer(node, in: range, type))
    case .number(let range): return .double(try number(node, in: range, type))
    case .boolean: return .bool(try boolean(node, type))
    case .choice(let values, let later): return .string(try choice(node, of: values, later: later, type))
    case .text: return .string(try text(node, type))
    case .folder, .file: return .string(try location(node, type))
    case .list(let element, let count): return try list(node, of: element, count: count, type)
    case .classes: return try classes(node, type)
    }
  }

  private func integer(_ node: Node, in range: ClosedRange<Int>, _ type: FieldType) throws -> Int {
    guard let text = node.plainText, let number = Node.number(text) else { throw mismatch(node, type) }
    if let integer = Node.integer(text) {
      if range.contains(integer) { return integer }
      throw mismatch(node, type, suggestion: String(min(max(integer, range.lowerBound), range.upperBound)))
    }
    let nearest = Int(exactly: number.rounded()).flatMap { range.contains($0) ? String($0) : nil }
    throw mismatch(node, type, suggestion: nearest)
  }

  private func number(_ node: Node, in range: NumberRange, _ type: FieldType) throws -> Double {
    guard let text = node.plainText, let number = Node.number(text) else {
      let unquoted = node.scalarText.flatMap { Node.number($0) == nil ? nil : $0 }
      throw mismatch(node, type, suggestion: unquoted)
    }
    guard range.contains(number) else { throw mismatch(node, type) }
    return number == 0 ? 0 : number
  }

  private func boolean(_ node: Node, _ type: FieldType) throws -> Bool {
    switch node.plainText?.lowercased() {
    case "true": return true
    case "false": return false
    case "yes", "on", "y", "1": throw mismatch(node, type, suggestion: "true")
    case "no", "off", "n", "0": throw mismatch(node, type, suggestion: "false")
    default: throw mismatch(node, type)
    }
  }

  private func choice(_ node: Node, of values: [String], later: [String], _ type: FieldType) throws -> String {
    if node.isNull {
      throw mismatch(node, type, suggestion: values.contains("none") ? "none" : nil)
    }
    guard let text = node.scalarText else { throw mismatch(node, type) }
    if values.contains(text) { return text }
    if later.contains(text) { throw source.place(node).error("\(path): \(LaterKeys.message(text))") }
    throw mismatch(node, type, suggestion: InputError.nearest(to: text, among: values))
  }

  private func text(_ node: Node, _ type: FieldType) throws -> String {
    guard !node.isNull, let text = node.scalarText?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty
    else { throw mismatch(node, type) }
    return text
  }

  private func location(_ node: Node, _ type: FieldType) throws -> String {
    let text = (try text(node, type) as NSString).expandingTildeInPath
    return URL(fileURLWithPath: text, relativeTo: source.folder).standardizedFileURL.path
  }

  private func list(_ node: Node, of element: FieldType, count: Int?, _ type: FieldType) throws -> Value {
    guard case .sequence(let nodes) = node else {
      throw mismatch(node, type, suggestion: node.plainText.map { "[\($0)]" })
    }
    guard count.map({ $0 == nodes.count }) ?? !nodes.isEmpty else {
      throw source.place(node).error("\(path) must be \(type), not a list of \(nodes.count)")
    }
    return .list(try nodes.map { try read($0, as: element) })
  }

  private func classes(_ node: Node, _ type: FieldType) throws -> Value {
    guard case .mapping(let mapping) = node, !mapping.isEmpty else { throw mismatch(node, type) }
    return .map(
      try mapping.map { key, value in
        let name = try FieldReader(source: source, path: "a class of \(path)").text(key, .text)
        let reader = FieldReader(source: source, path: Schema.join(path, name))
        guard case .sequence = value else { return Value.Entry(name, [.string(try reader.text(value, .text))]) }
        return Value.Entry(name, try reader.read(value, as: .list(.text, count: nil)))
      })
  }

  private func mismatch(_ node: Node, _ type: FieldType, suggestion: String? = nil) -> InputError {
    source.place(node).error("\(path) must be \(type), not \(node.summary)", suggestion: suggestion)
  }
}
