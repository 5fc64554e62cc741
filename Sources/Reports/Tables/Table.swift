public import Experiments

/// Rows and columns of something listed: what a person reads, and the values that a program does.
public struct Table: Equatable, Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Equatable, Sendable {
    /// What CSV and JSON call it.
    public let key: String
    /// What a person reads above it; may be broken after a dot.
    public let title: String
    public let alignment: Alignment
    /// To how many columns its text may be cut where the terminal is narrow; nil: it may not. A number cut short would
    /// be another number.
    public let narrowest: Int?

    public init(_ key: String, title: String? = nil, alignment: Alignment = .left, narrowest: Int? = nil) {
      self.key = key
      self.title = title ?? key
      self.alignment = alignment
      self.narrowest = narrowest
    }
  }

  public enum Emphasis: Sendable { case none, strong, good, bad, faint }

  public struct Cell: Equatable, Sendable {
    public let value: Value
    /// What a person reads.
    public let text: String
    public let emphasis: Emphasis

    public init(_ value: Value, text: String? = nil, emphasis: Emphasis = .none) {
      self.value = value
      self.text = text ?? value.readable
      self.emphasis = emphasis
    }
  }

  public let columns: [Column]
  /// A cell for every column.
  public private(set) var rows: [[Cell]] = []
  /// Sentences below the table, for a person only.
  public var notes: [String] = []

  public init(_ columns: [Column]) {
    self.columns = columns
  }

  public mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "a row of \(row.count) cells in a table of \(columns.count) columns")
    rows.append(row)
  }
}
