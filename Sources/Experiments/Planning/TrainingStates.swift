/// Training as a chain of states: what each epoch makes of the state before it.
///
/// A state's hash covers the settings in effect in each epoch so far. So two runs share states up to the first epoch
/// that differs, and ten epochs are the beginning of fifteen.
struct TrainingStates {
  private var known: [String: [String]] = [:]

  /// Hashes of the states 0…`training.epochs` of a training on the prepared data `data`.
  mutating func hashes(_ configuration: Configuration, _ parameters: Parameters, data: String) -> [String] {
    let initial = Identity.settings(.initialState, of: parameters)
    let warm = Self.inEffect(parameters, isFrozen: false, warmup: configuration.warmup).json
    let after = Self.inEffect(parameters, isFrozen: true, warmup: configuration.warmup).json
    let freeze = configuration.warmup.map(String.init) ?? ""
    let key = [data, initial.json, warm, after, freeze, String(configuration.training.epochs)]
      .joined(separator: "\n")
    if let hashes = known[key] { return hashes }

    var hashes = [
      Identity.hash([
        "data": .string(data), "kind": "state", "numerics": .int(Identity.Numerics.train), "settings": initial,
      ])
    ]
    for epoch in 0..<configuration.training.epochs {
      let isFrozen = configuration.warmup.map { epoch >= $0 } ?? false
      // The settings are long and the same in most epochs, so their JSON is made once.
      let settings = isFrozen ? after : warm
      hashes.append(Identity.hash(text: #"{"kind":"epoch","settings":\#(settings),"state":"\#(hashes[epoch])"}"#))
    }
    known[key] = hashes
    return hashes
  }

  /// What acts in an epoch: labels are kept during the warm-up, and the embedding net is frozen after it.
  private static func inEffect(_ parameters: Parameters, isFrozen: Bool, warmup: Int?) -> Value {
    var parameters = parameters
    if warmup != nil, !isFrozen { parameters["conditioning.label_keep"] = 1.0 }
    let settings = Identity.settings(.epoch, of: parameters)
    guard isFrozen, case .map(let entries) = settings else { return settings }
    return .map((entries + [Value.Entry("conditioning.frozen", true)]).sorted { $0.key < $1.key })
  }
}

extension Configuration {
  /// The first epoch after the warm-up, where there is one and a net to be frozen.
  fileprivate var warmup: Int? {
    conditioning.kind == .none ? nil : conditioning.warmup?.epochs
  }
}
