public import Experiments

extension Table {
  /// The values as an array of objects, one a row.
  public var json: Value {
    .list(rows.map { row in .map(zip(columns, row).map { Value.Entry($0.key, $1.value) }) })
  }
}

extension Value {
  /// JSON that ends in a line feed; of an array, every element has a line.
  var jsonLines: String {
    guard case .list(let values) = self, !values.isEmpty else { return json + "\n" }
    return "[\n" + values.map { "  " + $0.json }.joined(separator: ",\n") + "\n]\n"
  }
}
