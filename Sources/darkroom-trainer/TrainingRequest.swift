import Experiments

/// Whose make-up `describe` and `throughput` are asked about: {classes, params}.
struct TrainingRequest {
  let values: (configuration: Configuration, classes: Int)

  /// Throws `InputError` where something is missing or of another type.
  init(_ request: Value) throws {
    guard case .int(let classes)? = request["classes"], case .map(let entries)? = request["params"] else {
      throw InputError("a line without classes or params")
    }
    values = (try Configuration(Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })), classes)
  }
}
