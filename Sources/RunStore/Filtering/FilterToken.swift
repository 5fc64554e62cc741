import Experiments

/// A piece of a filter's text.
struct FilterToken {
  enum Kind: Equatable {
    /// A name in dotted parts, of which some may have been in quotes or backticks; or a bare word as a value.
    case word(parts: [String], isQuoted: Bool)
    /// Text in single quotes, or in double quotes and no name's part.
    case string(String, isDouble: Bool)
    case number(Double)
    /// An operator, a parenthesis or a comma.
    case symbol(String)
    case end
  }

  let kind: Kind
  /// As it was written.
  let text: String
  /// 1-based, in characters.
  let column: Int

  /// The lower-case word, where the token is one without dots and quotes.
  var keyword: String? {
    if case .word(let parts, isQuoted: false) = kind, parts.count == 1 { parts[0].lowercased() } else { nil }
  }

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
}

/// A filter's or an order's text, to point into.
struct FilterSource {
  let text: String
  /// What errors call it: `filter` or `sort`.
  let name: String

  /// An error that shows the text and marks the column.
  func failure(_ message: String, at column: Int, suggestion: String? = nil) -> InputError {
    let shown = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    let question = suggestion.map { ". Did you mean '\($0)'?" } ?? ""
    let caret = String(repeating: " ", count: column - 1) + "^"
    return InputError("\(message)\(question)\n  \(shown)\n  \(caret)", file: name, column: column)
  }
}
