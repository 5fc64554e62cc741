import Yams

/// A setting given on the command line: `model.dropout=0.2`, typed as in the file.
struct Override {
  private let path: String
  private let source: YAMLSource

  init(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw InputError("an override is written key=value", file: "-S \(text)")
    }
    path = String(text[..<equals])
    source = YAMLSource(override: text, value: String(text[text.index(after: equals)...]))
  }

  func apply(to given: inout Settings, beside sweep: Sweep?) throws {
    let reader = SettingsReader(source: source)
    let node = try source.root() ?? Node("", .implicit, .plain)
    let place = source.place(node)
    guard Schema.field(path) != nil || Schema.isBlock(path) else { throw unknown(at: place) }
    var settings: Settings = [:]
    try reader.read(node, at: path, keyPlace: place, into: &settings)
    for path in settings.keys.sorted() {
      guard let axis = sweep?.axes.first(where: { $0.paths.contains(path) }) else { continue }
      let line = axis.place.line.map { ":\($0)" } ?? ""
      throw place.error("the sweep sets \(path) (\(axis.place.source)\(line)), so it cannot be given here")
    }
    given.merge(settings) { $1 }
  }

  private func unknown(at place: Place) -> InputError {
    let block = path.prefix { $0 != "." }.description
    if LaterKeys.contains(path) || LaterKeys.contains(block) {
      return place.error(LaterKeys.message(path))
    }
    if path == "name" || path == "question" || ["sweep", "launch", "slurm"].contains(block) {
      return place.error("\(path) is no setting; change it in the file")
    }
    let paths = Schema.fields.map(\.path)
    let known = paths.first { $0.hasSuffix("." + path) } ?? InputError.nearest(to: path, among: paths)
    return place.error("unknown setting '\(path)'", suggestion: known)
  }
}
