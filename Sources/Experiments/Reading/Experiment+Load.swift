import Yams

extension Experiment {
  /// Reads an experiment file, and lays `overrides` (`model.dropout=0.2`) over its settings.
  ///
  /// Throws `InputError` with the line of the first thing that is wrong. What hangs on several settings at once is
  /// judged when the experiment is planned.
  public static func load(file: String, overrides: [String] = []) throws -> Experiment {
    let source = try YAMLSource(file: file)
    guard let root = try source.root(), !root.isNull else {
      throw InputError("the file is empty; an experiment has at least a name", file: file)
    }
    guard case .mapping(let mapping) = root else {
      throw source.place(root).error("an experiment file is a block of settings, not \(root.summary)")
    }

    let reader = SettingsReader(source: source)
    var given: Settings = [:]
    var name: String?
    var question: String?
    var sweep: Sweep?
    var launch = LaunchSettings()
    var slurm = SlurmSettings()
    for (key, value) in mapping {
      switch try reader.name(key) {
      case "name": name = try experimentName(value, in: source)
      case "question": question = try text(value, "question", in: source)
      case "sweep": sweep = try SweepReader(settings: reader).read(value, at: source.place(key))
      case "launch": launch = try LaunchSettingsReader(block: BlockReader(settings: reader)).read(value)
      case "slurm": slurm = try SlurmSettingsReader(block: BlockReader(settings: reader)).read(value)
      case let other where Schema.field(other) != nil || Schema.isBlock(other):
        try reader.read(value, at: other, keyPlace: source.place(key), into: &given)
      case let other:
        throw reader.unknown(
          other, in: "", others: ["name", "question", "sweep", "launch", "slurm"], at: source.place(key))
      }
    }
    guard let name else { throw InputError("the experiment has no name; begin with 'name: …'", file: file, line: 1) }
    for override in overrides { try Override(override).apply(to: &given, beside: sweep) }
    return Experiment(
      name: name, question: question, file: file, given: given, sweep: sweep, launch: launch, slurm: slurm)
  }

  private static func text(_ node: Node, _ path: String, in source: YAMLSource) throws -> String? {
    guard case .string(let text) = try FieldReader(source: source, path: path).read(node, as: .text) else { return nil }
    return text
  }

  private static func experimentName(_ node: Node, in source: YAMLSource) throws -> String? {
    guard let name = try text(node, "name", in: source) else { return nil }
    func isAllowed(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
    guard name.allSatisfy(isAllowed), name.count <= 100 else {
      let slug = name.prefix(100).map { isAllowed($0) ? $0 : "-" }
      throw source.place(node).error(
        "name must be at most 100 letters, digits, '-', '_' and '.', not \(node.summary)", suggestion: String(slug))
    }
    return name
  }
}
