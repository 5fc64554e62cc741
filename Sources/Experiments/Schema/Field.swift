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
    /// A sample grid.
    case sample
    /// How long something goes on, or where something lies: no result hangs on it by itself.
    case none
  }

  enum Default: Sendable {
    case value(Value)
    /// Follows from other settings; `text` says how.
    case derived(text: String, @Sendable (Parameters) -> Value)
  }

  /// Another setting's value without which this one has no effect.
  struct Condition: Sendable {
    let path: String
    let value: String
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

  /// Whether the setting can act beside `parameters`.
  func hasEffect(in parameters: Parameters) -> Bool {
    only.map { parameters[$0.path] == .string($0.value) } ?? true
  }
}
