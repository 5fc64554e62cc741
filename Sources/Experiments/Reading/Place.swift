/// Where something was written: a file's line, or an override on the command line.
struct Place: Equatable, Sendable {
  /// The file's path, or the override as it was given: `-S model.dropout=0.2`.
  let source: String
  let line: Int?
  let column: Int?

  func error(_ message: String, suggestion: String? = nil) -> InputError {
    InputError(message, file: source, line: line, column: column, suggestion: suggestion)
  }
}

/// A setting as it was given, and where.
struct Setting: Equatable, Sendable {
  let value: Value
  let place: Place
}

/// Settings by dotted path: what was given, without defaults.
typealias Settings = [String: Setting]
