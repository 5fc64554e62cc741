import Yams

/// Scalars by YAML's core schema, which reads `1e-4` as a number and `yes` as text, unlike YAML 1.1.
extension Node {
  /// The text of a scalar without quotes.
  var plainText: String? {
    guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else { return nil }
    return scalar.string
  }

  var scalarText: String? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.string
  }

  var isNull: Bool {
    plainText.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false
  }

  /// What stands here, for a message.
  var summary: String {
    switch self {
    case .scalar(let scalar):
      if isNull { return "null" }
      let text = scalar.string.count > 40 ? scalar.string.prefix(40) + "…" : scalar.string
      return plainText == nil ? "the text \"\(text)\"" : "'\(text)'"
    case .mapping: return "a block"
    case .sequence: return "a list"
    case .alias: return "an alias"
    }
  }

  /// A number as the core schema writes it, infinite where it is too large; nil where this is none.
  static func number(_ text: String) -> Double? {
    let allowed = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    return allowed ? Double(text) : nil
  }

  static func integer(_ text: String) -> Int? {
    text.utf8.contains(where: { ".eE".utf8.contains($0) }) ? nil : Int(text)
  }
}
