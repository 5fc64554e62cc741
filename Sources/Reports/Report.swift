public import Experiments

/// How something that is listed is written.
public enum Format: String, CaseIterable, Sendable { case table, json, csv, markdown, latex, html }

/// An answer in every format it can be asked for in.
public struct Report: Sendable {
  /// What a person reads.
  public var table: Table
  /// Stand below it, where a person reads.
  public var below: [Table] = []
  /// What CSV holds; nil: the table's values.
  public var data: Table?
  /// What JSON holds; nil: the table's values, an object a row.
  public var json: Value?

  public init(_ table: Table, data: Table? = nil, json: Value? = nil) {
    self.table = table
    self.data = data
    self.json = json
  }

  /// The answer as text that ends in a line end.
  public func text(as format: Format, for terminal: Terminal) -> String {
    switch format {
    case .table: ([table] + below).map { $0.text(for: terminal) }.joined(separator: "\n")
    case .markdown: ([table] + below).map(\.markdown).joined(separator: "\n")
    case .latex: ([table] + below).map(\.latex).joined(separator: "\n")
    case .html: HTMLPage(title: "Darkroom", body: ([table] + below).map(\.htmlFragment).joined()).text
    case .csv: (data ?? table).csv
    case .json: (json ?? table.json).jsonLines
    }
  }
}
