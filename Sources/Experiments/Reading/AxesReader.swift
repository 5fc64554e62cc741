import Yams

/// Reads `sweep.parameters`.
struct AxesReader {
  let settings: SettingsReader
  private var source: YAMLSource { settings.source }
  private var block: BlockReader { BlockReader(settings: settings) }

  func read(_ node: Node) throws -> [Axis] {
    var axes: [Axis] = []
    try read(node, below: "", named: "sweep.parameters", into: &axes)
    return axes
  }

  private func read(_ node: Node, below parent: String, named name: String, into axes: inout [Axis]) throws {
    for (path, key, value) in try block.members(of: node, named: name) {
      let path = Schema.join(parent, path)
      let place = source.place(key)
      guard Schema.field(path) != nil || Schema.isBlock(path) else { throw unknownSetting(path, at: place) }
      if let nested = try nested(value, of: path) {
        try read(nested, below: path, named: "sweep.parameters.\(path).parameters", into: &axes)
        continue
      }
      let axis = Axis(name: path, place: place, domain: try domain(value, of: path, at: place))
      for other in axes {
        guard let shared = axis.paths.first(where: other.paths.contains) else { continue }
        throw place.error("\(path) and \(other.name) both set \(shared); sweep it in one of them")
      }
      axes.append(axis)
    }
  }

  /// What stands under `parameters` of a block, whose settings vary each by itself.
  private func nested(_ node: Node, of path: String) throws -> Node? {
    guard case .mapping(let mapping) = node,
      let entry = mapping.first(where: { $0.key.scalarText == "parameters" })
    else { return nil }
    guard Schema.isBlock(path) else {
      throw source.place(entry.key).error("\(path) is a setting, and has no `parameters` below it; give it `values`")
    }
    if let other = mapping.first(where: { $0.key.scalarText != "parameters" }) {
      throw source.place(other.key).error("\(path) takes `parameters` or `values`, not both")
    }
    return entry.value
  }

  private static let keys = ["values", "value", "distribution", "probabilities"] + DistributionReader.numberKeys
  private static let conditions: Set<String> = ["if", "when", "condition", "conditions", "depends_on", "requires"]

  private func domain(_ node: Node, of path: String, at place: Place) throws -> Axis.Domain {
    var members: DistributionReader.Members = [:]
    for (name, key, value) in try block.members(of: node, named: "sweep.parameters.\(path)") {
      if Self.conditions.contains(name) {
        throw source.place(key).error(
          "a parameter cannot hang on another; sweep the block that holds both, "
            + "as in `sampling: {values: [{sampler: ddpm}, {sampler: ddim, eta: 0.5}]}`")
      }
      guard Self.keys.contains(name) else {
        throw block.unknown(name, key, of: "sweep.parameters.\(path)", Self.keys)
      }
      members[name] = (key, value)
    }
    let reader = DistributionReader(source: source, path: path)
    let name = try members.removeValue(forKey: "distribution").map { _, value in
      try block.choice(value, "sweep.parameters.\(path).distribution", .choice(DistributionReader.names))
    }
    switch (name ?? nil, members["value"], members["values"]) {
    case (_, let value?, .some): throw source.place(value.key).error("\(path) takes `values` or `value`, not both")
    case (nil, let value?, nil), ("constant", let value?, nil):
      try refuseOthers(in: members, beside: ["value"], path)
      return .values(try values([value.value], of: path))
    case (nil, nil, let value?), ("categorical", nil, let value?):
      try refuseOthers(in: members, beside: ["values", "probabilities"], path)
      return try choices(value.value, members["probabilities"]?.value, of: path)
    case ("constant", _, _): throw place.error("constant needs a `value`")
    case ("categorical", _, _): throw place.error("categorical needs `values`")
    case (let name, nil, nil): return .distribution(try reader.read(name, members, at: place))
    case (let name, let value, let values):
      throw source.place(value?.key ?? values?.key ?? node).error(
        "\(name ?? "a distribution") takes no `\(value == nil ? "values" : "value")`")
    }
  }

  private func refuseOthers(in members: DistributionReader.Members, beside keys: [String], _ path: String) throws {
    for (name, member) in members.sorted(by: { $0.key < $1.key }) where !keys.contains(name) {
      throw source.place(member.key).error("`\(name)` of \(path) means nothing beside `\(keys[0])`")
    }
  }

  private func choices(_ node: Node, _ probabilities: Node?, of path: String) throws -> Axis.Domain {
    guard case .sequence(let sequence) = node, !sequence.isEmpty else {
      throw source.place(node).error("values of \(path) must be a list with something in it, not \(node.summary)")
    }
    let values = try values(Array(sequence), of: path)
    guard let probabilities else { return .values(values) }
    let type = FieldType.list(.number(.share), count: values.count)
    let read = try FieldReader(source: source, path: "sweep.parameters.\(path).probabilities").read(
      probabilities, as: type)
    guard case .list(let shares) = read else { return .values(values) }
    let sum = shares.compactMap(\.number).reduce(0, +)
    guard abs(sum - 1) < 1e-6 else {
      throw source.place(probabilities).error(
        "the probabilities of \(path) must add up to 1, not \(sum.rounded(toDigits: 6).short)")
    }
    return .values(values, probabilities: shares.compactMap(\.number).map { $0 / sum })
  }

  private func values(_ nodes: [Node], of path: String) throws -> [Axis.Value] {
    var values: [Axis.Value] = []
    var seen: Set<Parameters> = []
    for node in nodes {
      try refuseVarying(node)
      var swept: Settings = [:]
      try settings.read(node, at: path, keyPlace: source.place(node), into: &swept)
      guard seen.insert(swept.mapValues(\.value)).inserted else {
        throw source.place(node).error("\(node.summary) stands twice among the values of \(path)")
      }
      values.append(Axis.Value(settings: swept, place: source.place(node)))
    }
    return values
  }

  /// `{values: […]}` inside of a value.
  private func refuseVarying(_ node: Node) throws {
    guard case .mapping(let mapping) = node else { return }
    for (key, value) in mapping {
      if key.scalarText == "values" || key.scalarText == "distribution" {
        throw source.place(key).error(
          "a value cannot itself vary; write out the combinations, each as a value of its own")
      }
      try refuseVarying(value)
    }
  }

  private func unknownSetting(_ path: String, at place: Place) -> InputError {
    if LaterKeys.contains(path) { return place.error(LaterKeys.message(path)) }
    let paths = Schema.fields.map(\.path) + Schema.members.keys.filter { !$0.isEmpty }.sorted()
    let known = paths.first { $0.hasSuffix("." + path) } ?? InputError.nearest(to: path, among: paths)
    return place.error("unknown setting '\(path)' in sweep.parameters", suggestion: known)
  }
}
