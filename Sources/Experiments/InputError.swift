/// Input that cannot be used: what is wrong, where, and the nearest right thing. Programs end with status 65 on it.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// As the person wrote it; nil where the fault is in no file.
  public var file: String?
  /// 1-based.
  public var line: Int?
  /// 1-based.
  public var column: Int?
  /// A sentence without its full stop.
  public var message: String
  /// The nearest right thing, such as a key or a value that is allowed.
  public var suggestion: String?

  public init(
    _ message: String, file: String? = nil, line: Int? = nil, column: Int? = nil, suggestion: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.suggestion = suggestion
  }

  /// `FILE:LINE:COLUMN: message. Did you mean 'suggestion'?`, less what is not known.
  public var description: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
    let text = (place.isEmpty ? "" : place + ": ") + message
    return suggestion.map { "\(text). Did you mean '\($0)'?" } ?? text
  }
}
