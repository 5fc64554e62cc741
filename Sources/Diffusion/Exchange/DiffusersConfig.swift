import Files
import Foundation

/// A `config.json` of diffusers', asked setting by setting. A setting that Darkroom doesn't follow must have the value
/// that changes nothing, so that no network is run as something that it isn't.
struct DiffusersConfig {
  let file: String
  private let values: [String: Any]
  private var asked: Set<String> = []

  /// - Throws: `PipelineError` where the file is missing or no JSON object.
  init(_ url: URL) throws {
    file = url.path
    guard let data = try? Data(contentsOf: url) else { throw PipelineError(file: file, reason: "doesn't exist") }
    guard let values = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw PipelineError(file: file, reason: "isn't a JSON object")
    }
    self.values = values
  }

  /// The setting's value; nil where it is missing or null.
  mutating func get<Value>(_ key: String, as type: Value.Type = Value.self) throws -> Value? {
    asked.insert(key)
    guard let value = values[key], !(value is NSNull) else { return nil }
    if let value = value as? Value { return value }
    if type == Double.self, let number = value as? NSNumber { return number.doubleValue as? Value }
    throw refuse("'\(key)' is \(value), where \(type) is needed")
  }

  mutating func get<Value>(_ key: String, default standard: Value) throws -> Value {
    try get(key) ?? standard
  }

  /// Notes that these settings have no effect here.
  mutating func ignore(_ keys: String...) { asked.formUnion(keys) }

  /// - Throws: `PipelineError` where `key` has another value than `value`.
  mutating func require<Value: Equatable>(_ key: String, _ value: Value) throws {
    if let found: Value = try get(key), found != value {
      throw refuse("'\(key)' is \(found), and only \(value) is available")
    }
  }

  /// - Throws: `PipelineError` where a setting that nobody asked for is neither null nor false.
  func requireNothingElse() throws {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) where !asked.contains(key) && !key.hasPrefix("_") {
      let isOff = value is NSNull || (value as? Bool) == false
      guard isOff else { throw refuse("'\(key)' is \(value), and Darkroom doesn't know that setting") }
    }
  }

  /// Writes a `config.json` that diffusers reads; `NSNull` is null.
  static func write(_ values: [String: Any], to url: URL) throws {
    let json = try JSONSerialization.data(
      withJSONObject: values, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try DurableFile.write(json + Data("\n".utf8), to: url)
  }

  func refuse(_ reason: String) -> PipelineError { PipelineError(file: file, reason: reason) }
}

extension Optional {
  /// As JSON has it.
  var orNull: Any { map { $0 as Any } ?? NSNull() }
}

/// A pipeline folder that can't be used.
public struct PipelineError: Error, CustomStringConvertible, Equatable {
  public let file: String
  public let reason: String

  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  public var description: String { "\(file): \(reason)" }
}
