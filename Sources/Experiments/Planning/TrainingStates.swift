/// Training as a chain of states: what each epoch makes of the state before it.
///
/// A state's hash covers the settings in effect in each epoch so far. So two runs share states up to the first epoch
/// that differs, and ten epochs are the beginning of fifteen.
struct TrainingStates {
  private var known: [String: [String]] = [:]

  /// Hashes of the states 0…`training.epochs` of a training on the prepared data `data`; `weights` names the initial
  /// weights where they are given.
  mutating func hashes(
    _ configuration: Configuration, _ parameters: Parameters, data: String, weights: String?
  ) -> [String] {
    let initial = Identity.settings(.initialState, of: parameters)
    let settings = EpochSettings(configuration, parameters)
    let phases = (0..<configuration.training.epochs).map(settings.phase)
    // The settings are long and the same in most epochs, so their JSON is made once.
    var json: [EpochSettings.Phase: String] = [:]
    for phase in phases where json[phase] == nil { json[phase] = settings.json(of: phase) }
    let key =
      ([data, weights ?? "", initial.json] + Self.runs(of: phases).map { "\($0.count) \(json[$0.phase] ?? "")" })
      .joined(separator: "\n")
    if let hashes = known[key] { return hashes }

    var first: [Value.Entry] = [.init("data", .string(data)), .init("kind", "state")]
    first += [.init("numerics", .int(Identity.Numerics.network(parameters))), .init("settings", initial)]
    if let weights { first.append(.init("weights", .string(weights))) }
    var hashes = [Identity.hash(.map(first))]
    for (epoch, phase) in phases.enumerated() {
      let settings = json[phase] ?? ""
      hashes.append(Identity.hash(text: #"{"kind":"epoch","settings":\#(settings),"state":"\#(hashes[epoch])"}"#))
    }
    known[key] = hashes
    return hashes
  }

  /// Equal phases that follow one another, with their number.
  private static func runs(of phases: [EpochSettings.Phase]) -> [(phase: EpochSettings.Phase, count: Int)] {
    phases.reduce(into: []) { runs, phase in
      if runs.last?.phase == phase { runs[runs.count - 1].count += 1 } else { runs.append((phase, 1)) }
    }
  }
}
