/// Short names that tell a sweep's runs apart: `quickstart/steps=10,dropout=0.2,seed=7`.
struct RunNames {
  private let experiment: String
  private let settings: [(path: String, label: String)]

  /// Axes with a single value tell nothing apart, so they stay out.
  init(_ experiment: Experiment, axes: [AxisValue], varying: Set<String>) {
    self.experiment = experiment.name
    let paths = axes.flatMap { axis in axis.settings.keys.filter(varying.contains).sorted(by: Self.inSchemaOrder) }
    settings = paths.map { ($0, Self.shortest($0, among: paths)) }
  }

  func name(of parameters: Parameters) -> String {
    guard !settings.isEmpty else { return experiment }
    let parts = settings.map { "\($0.label)=\(Self.text(of: parameters[$0.path] ?? nil))" }
    return "\(experiment)/\(parts.joined(separator: ","))"
  }

  /// A value as a name or a message shows it.
  static func text(of value: Value) -> String {
    switch value {
    case .double(let number): number.short
    case .string(let text): text.split(separator: "/").last.map(String.init) ?? text
    case .list(let values): values.map(text).joined(separator: "-")
    case .map(let entries): entries.map(\.key).joined(separator: "-")
    case .null, .bool, .int: value.json
    }
  }

  private static let order = Dictionary(uniqueKeysWithValues: Schema.fields.enumerated().map { ($1.path, $0) })

  private static func inSchemaOrder(_ a: String, _ b: String) -> Bool {
    order[a, default: 0] < order[b, default: 0]
  }

  /// The path's last names, as many as tell it from the other swept paths.
  private static func shortest(_ path: String, among paths: [String]) -> String {
    let names = path.split(separator: ".")
    let candidates = names.indices.reversed().map { names[$0...].joined(separator: ".") }
    return candidates.first { candidate in
      paths.allSatisfy { $0 == path || !("." + $0).hasSuffix("." + candidate) }
    } ?? path
  }
}
