import Experiments

/// What runs are sorted by: `metrics.validation.l1`, `kid.min`, `validation.l1 at epoch 20`, a parameter such as `model.dropout`, or `created_at`, `name` and
/// other attributes; `-` before it, or `DESC` after it, turns it round. Runs without a value come last either way,
/// ties go by id.
public struct RunOrder: Sendable {
  /// As it was written.
  public let text: String
  let source: FilterSource
  let key: FilterKey
  let descending: Bool

  /// Throws `InputError` where this is no key. Whether it is known is told when the order is used.
  public init(_ text: String) throws {
    self.text = text
    let isTurned = text.hasPrefix("-")
    source = FilterSource(text: isTurned ? String(text.dropFirst()) : text, name: "sort")
    var parser = try FilterParser(source)
    let order = try parser.order()
    key = order.key
    descending = isTurned != order.descending
  }
}
