/// What an experiment file says, with the settings given on the command line over it.
public struct Experiment: Sendable {
  /// Also the sweep's name.
  public let name: String
  public let question: String?
  /// The file's path as it was given.
  public let file: String
  /// Nil where the file has no `sweep:` block.
  public let sweep: Sweep?
  let given: Settings

  init(name: String, question: String?, file: String, given: Settings, sweep: Sweep?) {
    self.name = name
    self.question = question
    self.file = file
    self.given = given
    self.sweep = sweep
  }

  /// An experiment without a file. Unknown settings and impossible values come to light when it is planned.
  public init(name: String, question: String? = nil, file: String = "", settings: Parameters = [:]) {
    let place = Place(source: file, line: nil, column: nil)
    var given: Settings = [:]
    for (path, value) in settings {
      let type = Schema.field(path)?.type
      given[path] = Setting(value: type?.canonical(value) ?? value, place: place)
    }
    self.init(name: name, question: question, file: file, given: given, sweep: nil)
  }

  /// The settings of a run on which no axis of the sweep acts: every leaf, defaults filled in.
  public var base: Parameters {
    Schema.resolve(given.mapValues(\.value))
  }
}

/// The `sweep:` block: which settings vary, and over what.
public struct Sweep: Sendable {
  /// What the sweep is about; it orders no work in a grid.
  public struct Metric: Equatable, Sendable {
    public enum Goal: String, CaseIterable, Sendable { case minimize, maximize }

    public let name: String
    public let goal: Goal
  }

  public let metric: Metric?
  /// Seeds of each combination: `seed`, `seed` + 1, ….
  public let repeats: Int
  /// At most so many runs, the first ones; nil: all.
  public let runCap: Int?
  let axes: [Axis]
  let place: Place

  /// The swept settings and blocks, in the order of the file.
  public var axisNames: [String] { axes.map(\.name) }
}

/// One entry of a sweep: a setting, or a block whose settings vary together.
struct Axis: Sendable {
  struct Value: Sendable {
    let settings: Settings
    let place: Place
  }

  let name: String
  let place: Place
  let values: [Value]
  /// Every setting that any of the values sets, in the order of the schema.
  let paths: [String]

  init(name: String, place: Place, values: [Value]) {
    self.name = name
    self.place = place
    self.values = values
    let set = Set(values.flatMap(\.settings.keys))
    paths = Schema.leaves(of: name).map(\.path).filter(set.contains)
  }
}
