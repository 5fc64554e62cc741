extension Schema {
  /// Every setting as Markdown tables, a section a block.
  static var reference: String {
    let top = members["", default: []].filter { isBlock($0) }
    return "\(table(of: fields.filter { !$0.path.contains(".") }))\n"
      + top.map { "\n### `\($0)`\n\n\(table(of: leaves(of: $0)))\n" }.joined()
  }

  private static func table(of fields: [Field]) -> String {
    let rows = fields.map { field in
      let condition = field.only.map { " Only where \(text(of: $0))." } ?? ""
      return "| `\(field.path)` | \(field.type) | \(text(of: field.default)) | \(field.doc)\(condition) |"
    }
    return "| setting | value | default | |\n|---|---|---|---|\n" + rows.joined(separator: "\n")
  }

  private static func text(of condition: Field.Condition) -> String {
    let values = condition.values?.map { "`\($0)`" }.joined(separator: " or ")
    return "`\(condition.path)` is \(values ?? "given")"
  }

  private static func text(of default: Field.Default) -> String {
    switch `default` {
    case .derived(let text, _): text
    case .value(.list(let values)): "`[\(values.map(RunNames.text).joined(separator: ", "))]`"
    case .value(let value): "`\(RunNames.text(of: value))`"
    }
  }
}
