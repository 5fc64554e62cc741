/// Which runs are meant, as a person writes it: `model.dropout = 0.2 and metrics.validation.l1 < 0.1`.
///
/// See `docs/store.md` for the language.
public struct Filter: Sendable {
  /// As it was written.
  public let text: String

  /// Throws `InputError` that points at the column of the mistake. Whether the names are known is told when the
  /// filter is used.
  public init(_ text: String) throws {
    self.text = text
  }
}
