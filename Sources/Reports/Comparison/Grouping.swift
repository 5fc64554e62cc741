import Experiments

/// The settings by which runs are told apart.
struct Grouping {
  /// One thing that was asked for: a single setting, or all that vary of a block.
  struct Axis: Equatable {
    let name: String
    let keys: [String]
  }

  let axes: [Axis]
  let names: KeyNames
  /// Keys that do not have the same value in all runs, sorted.
  let varying: [String]

  var keys: [String] { axes.flatMap(\.keys) }

  /// Each of `requested` is a setting's key, an end of a key that no other has, or a block such as `sampling`, which
  /// stands for all settings of that block that differ between `runs`.
  ///
  /// Throws `InputError` where it is neither, or where no setting of a block differs.
  init(_ requested: [String], runs: [ComparedRun]) throws {
    var all: Set<String> = []
    // Most runs have the keys that the ones before them had.
    for run in runs where run.parameters.count != all.count || !run.parameters.keys.allSatisfy(all.contains) {
      all.formUnion(run.parameters.keys)
    }
    let varying = all.filter { key in
      let first = runs[0].parameters[key]
      return runs.contains { $0.parameters[key] != first }
    }.sorted()
    self.varying = varying
    names = KeyNames(all, preferring: Set(varying), noun: "parameter")
    var axes: [Axis] = []
    for name in requested {
      let axis: Axis
      if !all.contains(name), all.contains(where: { $0.hasPrefix(name + ".") }) {
        let keys = varying.filter { $0.hasPrefix(name + ".") }
        guard !keys.isEmpty else { throw InputError("no setting of '\(name)' differs between these runs") }
        axis = Axis(name: name, keys: keys)
      } else {
        let key = try names.key(name)
        axis = Axis(name: key, keys: [key])
      }
      if !axes.contains(axis) { axes.append(axis) }
    }
    self.axes = axes
  }

  /// For groups of these values, what the axes make of them: of each group the index of its level on each axis, and by axis
  /// the levels' values.
  func levels(of groups: [[Value]]) -> (indices: [[Int]], values: [[[Value]]]) {
    var indices = groups.map { _ in [Int]() }
    var values: [[[Value]]] = []
    for axis in axes {
      let columns = keys.indices.filter { axis.keys.contains(keys[$0]) }
      var levels: [[Value]] = []
      var known: [[Value]: Int] = [:]
      for (group, all) in groups.enumerated() {
        let level = columns.map { all[$0] }
        if known[level] == nil {
          known[level] = levels.count
          levels.append(level)
        }
        indices[group].append(known[level] ?? 0)
      }
      values.append(levels)
    }
    return (indices, values)
  }

  /// The values of `run` at `keys`.
  func values(of run: ComparedRun) -> [Value] { keys.map { run.parameters[$0] ?? .null } }
}

extension Value {
  /// Nulls, then booleans, then numbers by size, then all else by its text.
  func isOrderedBefore(_ other: Value) -> Bool {
    if rank != other.rank { return rank < other.rank }
    if let number, let otherNumber = other.number { return number < otherNumber }
    return readable < other.readable
  }

  private var rank: Int {
    switch self {
    case .null: 0
    case .bool: 1
    case .int, .double: 2
    default: 3
    }
  }

  /// Whether a person who writes `text` means this value.
  func isWritten(_ text: String) -> Bool {
    if readable == text || (self == .null && text == "null") { return true }
    guard let number, let written = Double(text) else { return false }
    return number == written
  }
}
