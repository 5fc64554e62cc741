import Experiments

/// Which runs are meant, as a person writes it: `model.dropout = 0.2 and metrics.validation.l1 < 0.1`.
///
/// See `docs/filters.md` for the language.
public struct Filter: Sendable {
  /// As it was written.
  public let text: String
  let source: FilterSource
  let expression: FilterExpression

  /// Throws `InputError` that points at the column of the mistake. Whether the names are known is told when the
  /// filter is used.
  public init(_ text: String) throws {
    self.text = text
    source = FilterSource(text: text, name: "filter")
    var parser = try FilterParser(source)
    expression = try parser.filter()
  }
}
