import ArgumentParser
import Experiments
import Launching
import Reports
import RunStore

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Execute one run.",
    discussion: """
      What was done before is not done again: the same run goes on where it stopped, or says that it is finished.

        darkroom run experiments/first.yaml
        darkroom run experiments/first.yaml -S training.epochs=20 -S model.dropout=0.2
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var launch: LaunchOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let experiment = try experiment.load()
    if experiment.sweep != nil {
      throw InputError("this file declares a sweep, which `darkroom sweep` launches", file: experiment.file)
    }
    try launch.execute(experiment, storedIn: store)
  }
}

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Execute all runs of a sweep, and compare them.",
    discussion: """
      The file's sweep block says what varies, and whether every combination is executed, some at random, or those \
      that a search proposes after what came of others. What was done before, by this sweep or another, is not done \
      again. A stage that fails takes no other along than those that need it. A file without a sweep block is one run.

        darkroom sweep experiments/quickstart.yaml
        darkroom sweep experiments/quickstart.yaml --jobs 2 -S training.epochs=20
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var launch: LaunchOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    try launch.execute(experiment.load(), storedIn: store)
  }
}
