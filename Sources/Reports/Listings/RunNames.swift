import Experiments

/// A column of runs' names. What all of them begin with, the sweep's name, stands above it once.
struct RunNames {
  /// Names differ late, so a column of them is not cut far.
  static let narrowest = 40
  private let prefix: String

  init(_ names: [String]) {
    let start = names.first?.prefix { $0 != "/" } ?? ""
    let common = "\(start)/"
    prefix = !names.isEmpty && names.allSatisfy { $0.hasPrefix(common) } ? common : ""
  }

  var title: String { prefix.isEmpty ? "name" : "name: \(prefix)…" }

  func cell(_ name: String) -> Table.Cell {
    Table.Cell(.string(name), text: String(name.dropFirst(prefix.count)))
  }
}
