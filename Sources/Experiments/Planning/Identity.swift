import Crypto
import Files
import Foundation

/// Hashes of all that can influence a result, and of nothing else.
///
/// What is hashed is JSON with sorted keys. Settings without effect and settings with the default they were born with
/// stay out of it, so that a new key leaves older identities as they were.
enum Identity {
  /// Raised when the arithmetic of a kind of stage changes, so that its older results are not taken for the new ones.
  enum Numerics {
    static let prepare = 1
    /// Of what is done with the network: its training, grids, and pictures to be scored. With 64 channels or more it goes
    /// through convolutions of its own.
    static func network(_ parameters: Parameters) -> Int {
      guard case .list(let widths)? = parameters["model.widths"], widths.allSatisfy({ ($0.number ?? 0) < 64 }) else {
        return 4
      }
      return 3
    }
    static let extractor = 1
    static let evaluate = 1
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
      "kind": "sample", "numerics": .int(Numerics.network(parameters)),
      "settings": settings(.sampler, .sample, of: parameters),
      "state": .string(state),
    ])
  }

  /// The classifier that is trained on the prepared data `data`, whoever asks for it.
  static func extractor(data: String) -> String {
    hash(["data": .string(data), "kind": "extractor", "numerics": .int(Numerics.extractor)])
  }

  /// Pictures to be scored, drawn from the weights of `state`, in which the run's `seed` is.
  static func draw(_ parameters: Parameters, state: String) -> String {
    hash([
      "kind": "draw", "numerics": .int(Numerics.network(parameters)),
      "settings": settings(.sampler, .drawing, of: parameters),
      "state": .string(state),
    ])
  }

  /// The scores of the pictures of the stage `pictures`, by the features of the stage `extractor`, or of the file that
  /// the settings name.
  static func evaluate(_ parameters: Parameters, pictures: String, extractor: String?) -> String {
    var parameters = parameters
    // In whatever order they are asked for.
    if case .list(let metrics)? = parameters["evaluation.metrics"] {
      parameters["evaluation.metrics"] = .list(Set(metrics).sorted { $0.json < $1.json })
    }
    return hash([
      "extractor": extractor.map(Value.string) ?? .null, "kind": "evaluate", "numerics": .int(Numerics.evaluate),
      "pictures": .string(pictures), "settings": settings(.evaluation, of: parameters),
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

  /// The settings of these parts that are in effect, sorted by path.
  static func settings(_ parts: Field.Part..., of parameters: Parameters) -> Value {
    let entries = parts.flatMap { part in
      fieldsByPart[part, default: []].compactMap { field in
        field.hasEffect(in: parameters) ? entry(of: field, in: parameters) : nil
      }
    }
    return .map(parts.count == 1 ? entries : entries.sorted { $0.key < $1.key })
  }

  /// Of a value's JSON. A map's keys have to be in order.
  static func hash(_ value: Value) -> String {
    hash(text: value.json)
  }

  /// SHA-256 as 64 hexadecimal digits.
  static func hash(text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).hexadecimal
  }

  private static let sortedFields = Schema.fields.sorted { $0.path < $1.path }
  private static let fieldsByPart = Dictionary(grouping: sortedFields, by: \.part)

  private static func entry(of field: Field, in parameters: Parameters) -> Value.Entry? {
    guard let value = parameters[field.path], value != field.born else { return nil }
    return Value.Entry(field.path, value)
  }
}
