import Experiments
import GRDB

/// A value in columns: as text, and as a number where it is one, so that numbers compare as numbers.
struct StoredValue {
  let type: String
  /// A string as it is, all else as JSON.
  let text: String
  let number: DatabaseValue

  init(_ value: Value) {
    text = if case .string(let string) = value { string } else { value.json }
    (type, number) =
      switch value {
      case .null: ("null", .null)
      case .bool: ("bool", .null)
      case .int(let value): ("int", value.databaseValue)
      case .double(let value): ("double", value.databaseValue)
      case .string: ("string", .null)
      case .list: ("list", .null)
      case .map: ("map", .null)
      }
  }

  static func value(type: String, text: String) throws -> Value {
    switch type {
    case "string": .string(text)
    case "null": .null
    case "int": Int(text).map(Value.int) ?? .null
    case "double": Double(text).map(Value.double) ?? .null
    default: try Value(json: text)
    }
  }
}

extension Parameters {
  /// As a map, keys sorted.
  var value: Value {
    .map(sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) })
  }

  var json: String { value.json }

  init(json: String) throws {
    self.init(value: try Value(json: json))
  }

  init(value: Value) {
    guard case .map(let entries) = value else {
      self = [:]
      return
    }
    self.init(entries.map { ($0.key, $0.value) }) { $1 }
  }
}

extension [AxisValue] {
  var json: String {
    Value.list(map { ["axis": .string($0.axis), "settings": $0.settings.value] }).json
  }

  init(json: String) throws {
    guard case .list(let axes) = try Value(json: json) else {
      self = []
      return
    }
    self = axes.compactMap { axis in
      guard case .string(let name) = axis["axis"] else { return nil }
      return AxisValue(axis: name, settings: Parameters(value: axis["settings"] ?? .null))
    }
  }
}
