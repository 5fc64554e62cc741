import Experiments

extension Table {
  /// The values by RFC 4180: a header of keys, lines that end in CR LF, a null as nothing, a list or map as its JSON.
  public var csv: String {
    let lines = [columns.map(\.key)] + rows.map { $0.map(\.value.csvField) }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private func quoted(_ field: String) -> String {
    // Looked at byte by byte, because CR LF is one character in Swift.
    let needsQuotes = field.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
    return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}

extension Value {
  fileprivate var csvField: String {
    switch self {
    case .null: ""
    case .string(let text): text
    case .double(let number) where !number.isFinite: number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    default: json
    }
  }
}
