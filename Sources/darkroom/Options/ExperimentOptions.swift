import ArgumentParser
import Datasets
import Experiments
import Launching
import RunStore

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

extension Plan {
  /// - Parameter store: its trainings are used where they serve.
  static func make(_ experiment: Experiment, in store: RunStore? = nil) throws -> Plan {
    try make(experiment, sourceDigest: Dataset.sourceDigest, weightsDigest: WeightsDigest.of) { states in
      try store.map { try KnownTrainings(through: states, in: $0) } ?? KnownTrainings()
    }
  }
}
