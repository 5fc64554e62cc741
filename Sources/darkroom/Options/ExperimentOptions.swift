import ArgumentParser
import Experiments

/// An experiment file, with what is changed for this time.
struct ExperimentOptions: ParsableArguments {
  @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    name: [.customShort("S"), .customLong("set")], parsing: .singleValue,
    help: ArgumentHelp("Change a setting for this time, such as -S training.epochs=20.", valueName: "key=value"))
  var settings: [String] = []

  func load() throws -> Experiment {
    try Experiment.load(file: file, overrides: settings)
  }
}
