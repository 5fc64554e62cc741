/// What an experiment file says, with the settings given on the command line over it.
public struct Experiment: Sendable {
  /// Also the sweep's name.
  public let name: String
  public let question: String?
  /// The file's path as it was given.
  public let file: String
  /// Nil where the file has no `sweep:` block.
  public let sweep: Sweep?
  public let launch: LaunchSettings
  public let slurm: SlurmSettings
  let given: Settings

  init(
    name: String, question: String?, file: String, given: Settings, sweep: Sweep?,
    launch: LaunchSettings = LaunchSettings(), slurm: SlurmSettings = SlurmSettings()
  ) {
    self.name = name
    self.question = question
    self.file = file
    self.given = given
    self.sweep = sweep
    self.launch = launch
    self.slurm = slurm
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

  /// The experiment that comes to one run with the parameters that were recorded of it. A setting that wasn't known then
  /// is as it was born.
  public init(name: String, recorded parameters: Parameters) {
    let born = Schema.fields.compactMap { field in field.born.map { (field.path, $0) } }
    self.init(name: name, settings: parameters.merging(born) { recorded, _ in recorded })
  }

  /// The settings of a run on which no axis of the sweep acts: every leaf, defaults filled in.
  public var base: Parameters {
    Schema.resolve(given.mapValues(\.value))
  }
}
