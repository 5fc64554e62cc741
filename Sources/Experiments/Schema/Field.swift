/// One setting of the experiment file. All that is known of it stands here: validation, defaults, the JSON schema, the
/// reference and the stages' identities come from this alone.
final class Field: Sendable {
  /// What a setting decides, and so whose identity it belongs to.
  enum Part: Sendable {
    /// The prepared data.
    case data
    /// The state before the first epoch, and with it every later one.
    case initialState
    /// What one epoch makes of the state before it, where the setting is in effect in that epoch.
    case epoch
    /// How the epochs follow one another: `EpochSettings` says what of it acts in which.
    case course
    /// How noise becomes pictures, in a sample grid and in an evaluation.
    case sampler
    /// A sample grid besides.
    case sample
    /// The pictures that are drawn to be scored, besides.
    case drawing
    /// Their scores.
    case evaluation
    /// How long something goes on, or where something lies: no result hangs on it by itself.
    case none
  }

  enum Default: Sendable {
    case value(Value)
    /// Follows from other settings; `text` says how.
    case derived(text: String, @Sendable (Parameters) -> Value)
  }

  /// What another setting must be for this one to have an effect.
  struct Condition: Sendable, CustomStringConvertible {
    let path: String
    /// Nil: anything but null.
    let values: [String]?

    static func when(_ path: String, is values: String...) -> Condition { Condition(path: path, values: values) }
    static func given(_ path: String) -> Condition { Condition(path: path, values: nil) }

    func isMet(by parameters: Parameters) -> Bool {
      guard let values else { return parameters[path] ?? .null != .null }
      return values.contains { parameters[path] == .string($0) }
    }

    var description: String { "\(path) is \(values?.joined(separator: " or ") ?? "given")" }
  }

  let path: String
  let type: FieldType
  let `default`: Default
  let part: Part
  let only: Condition?
  /// The default with which the key was born. Identities leave a key out that has it, so that a new key leaves the
  /// identities of older work as they were. It stays when `default` changes.
  let born: Value?
  let doc: String

  init(
    _ path: String, _ type: FieldType, _ default: Value, in part: Part, only: Condition? = nil, _ doc: String
  ) {
    self.path = path
    self.type = type
    self.default = .value(`default`)
    self.part = part
    self.only = only
    self.born = `default`
    self.doc = doc
  }

  init(
    _ path: String, _ type: FieldType, derived text: String, in part: Part, only: Condition? = nil, _ doc: String,
    from derive: @escaping @Sendable (Parameters) -> Value
  ) {
    self.path = path
    self.type = type
    self.default = .derived(text: text, derive)
    self.part = part
    self.only = only
    self.born = nil
    self.doc = doc
  }

  /// Whether the setting names a file or a folder, of which only the content matters.
  var isPlace: Bool {
    switch type {
    case .optional(.folder), .optional(.file): true
    default: false
    }
  }

  /// Whether the setting can act beside `parameters`.
  func hasEffect(in parameters: Parameters) -> Bool {
    only?.isMet(by: parameters) ?? true
  }
}
