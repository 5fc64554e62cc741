import Crypto
import Foundation

/// Hashes of all that can influence a result, and of nothing else.
///
/// What is hashed is JSON with sorted keys. Settings without effect and settings with the default they were born with
/// stay out of it, so that a new key leaves older identities as they were.
enum Identity {
  /// Raised when the arithmetic of a kind of stage changes, so that its older results are not taken for the new ones.
  enum Numerics {
    static let prepare = 1
    static let train = 2
    static let sample = 2
  }

  /// The prepared data. The folder's path stays out: `sourceDigest` stands for what is in it.
  static func prepare(_ parameters: Parameters, sourceDigest: String) -> String {
    hash([
      "kind": "prepare", "numerics": .int(Numerics.prepare), "settings": settings(.data, of: parameters),
      "source": .string(sourceDigest),
    ])
  }

  /// A sample grid drawn from the weights of `state`.
  static func sample(_ parameters: Parameters, state: String) -> String {
    hash([
      "kind": "sample", "numerics": .int(Numerics.sample), "settings": settings(.sample, of: parameters),
      "state": .string(state),
    ])
  }

  /// A run's id. Digests stand for what lies at the places that the settings name.
  static func run(
    experiment: String, _ parameters: Parameters, sourceDigest: String, weightsDigest: String?
  ) -> String {
    let entries = sortedFields.compactMap { $0.isPlace ? nil : entry(of: $0, in: parameters) }
    var whole: [Value.Entry] = [
      .init("experiment", .string(experiment)), .init("parameters", .map(entries)),
      .init("source", .string(sourceDigest)),
    ]
    if let weightsDigest { whole.append(.init("weights", .string(weightsDigest))) }
    return String(hash(.map(whole)).prefix(12))
  }

  /// The settings of one part that are in effect, sorted by path.
  static func settings(_ part: Field.Part, of parameters: Parameters) -> Value {
    .map(
      fieldsByPart[part, default: []].compactMap { field in
        field.hasEffect(in: parameters) ? entry(of: field, in: parameters) : nil
      })
  }

  /// Of a value's JSON. A map's keys have to be in order.
  static func hash(_ value: Value) -> String {
    hash(text: value.json)
  }

  /// SHA-256 as 64 hexadecimal digits.
  static func hash(text: String) -> String {
    var hash = SHA256()
    hash.update(data: Array(text.utf8))
    var hexadecimal: [UInt8] = []
    hexadecimal.reserveCapacity(64)
    for byte in hash.finalize() {
      hexadecimal.append(digits[Int(byte >> 4)])
      hexadecimal.append(digits[Int(byte & 15)])
    }
    return String(decoding: hexadecimal, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)
  private static let sortedFields = Schema.fields.sorted { $0.path < $1.path }
  private static let fieldsByPart = Dictionary(grouping: sortedFields, by: \.part)

  private static func entry(of field: Field, in parameters: Parameters) -> Value.Entry? {
    guard let value = parameters[field.path], value != field.born else { return nil }
    return Value.Entry(field.path, value)
  }
}
