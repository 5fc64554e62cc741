extension Value {
  /// The value as JSON for people: two spaces a level, lists without maps in one line.
  public var indentedJSON: String {
    indented(by: "")
  }

  private func indented(by margin: String) -> String {
    let inner = margin + "  "
    switch self {
    case .map(let entries) where !entries.isEmpty:
      let lines = entries.map { "\(inner)\(Value.string($0.key).json): \($0.value.indented(by: inner))" }
      return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
    case .list(let values) where values.contains(where: { if case .map = $0 { true } else { false } }):
      return "[\n\(values.map { inner + $0.indented(by: inner) }.joined(separator: ",\n"))\n\(margin)]"
    case .list(let values):
      return "[\(values.map(\.json).joined(separator: ", "))]"
    default: return json
    }
  }
}
