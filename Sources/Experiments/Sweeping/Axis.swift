import Randomness

/// One entry of a sweep: a setting, or a block whose settings vary together.
struct Axis: Sendable {
  struct Value: Equatable, Sendable {
    let settings: Settings
    let place: Place

    /// Wherever it was written.
    func setsTheSame(as other: Value) -> Bool {
      settings.count == other.settings.count
        && settings.allSatisfy { path, setting in other.settings[path]?.value == setting.value }
    }
  }

  enum Domain: Equatable, Sendable {
    /// `probabilities` sum to 1; nil: all alike.
    case values([Value], probabilities: [Double]? = nil)
    /// Of the setting's number.
    case distribution(Distribution)
  }

  let name: String
  let place: Place
  let domain: Domain
  /// Every setting that any of the values sets, in the order of the schema.
  let paths: [String]

  init(name: String, place: Place, domain: Domain) {
    self.name = name
    self.place = place
    self.domain = domain
    switch domain {
    case .values(let values, _):
      let set = Set(values.flatMap(\.settings.keys))
      paths = Schema.leaves(of: name).map(\.path).filter(set.contains)
    case .distribution: paths = [name]
    }
  }

  /// How many values there are; nil: any number.
  var count: Int? {
    switch domain {
    case .values(let values, _): return values.count
    case .distribution(let distribution):
      guard case .integers(let range) = distribution.law else { return nil }
      return range.count
    }
  }

  /// Draw number `draw`. It hangs on nothing but the seed, the axis's name and its domain.
  func value(seed: Int, draw: Int) -> Value {
    let stream = RandomStream(seed: seed, purpose: "sweep", name: name)
    switch domain {
    case .values(let values, let probabilities):
      guard let probabilities else { return values[stream.integer(below: values.count, index: draw)] }
      return values[index(of: stream.uniform(index: draw), among: probabilities)]
    case .distribution(let distribution): return value(distribution.value(stream, draw: draw))
    }
  }

  /// A number of the axis's distribution, typed as its setting is.
  func value(_ number: Double) -> Value {
    let value: Experiments.Value = Schema.field(name)?.type.isInteger == true ? .int(Int(number)) : .double(number)
    return Value(settings: [name: Setting(value: value, place: place)], place: place)
  }
}

extension FieldType {
  /// Whether only whole numbers stand there.
  var isInteger: Bool {
    switch self {
    case .integer: true
    case .optional(let type): type.isInteger
    default: false
    }
  }
}

/// Where `share`, in 0..<1, falls when the unit interval is cut into these parts.
func index(of share: Double, among probabilities: [Double]) -> Int {
  var sum = 0.0
  for (index, probability) in probabilities.enumerated() {
    sum += probability
    if share < sum { return index }
  }
  return probabilities.lastIndex { $0 > 0 } ?? 0
}
