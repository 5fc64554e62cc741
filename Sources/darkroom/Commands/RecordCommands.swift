import ArgumentParser
import Reports
import RunStore

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List every point of a metric.",
    discussion: """
      Steps are epochs, counted from 0.

        darkroom history 3f2a91 validation.l1
        darkroom history 3f2a91 train.mse --output points.csv
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Argument(help: "The metric, such as validation.l1.", completion: StoreOptions.metricCompletion)
  var key: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let store = try store.open()
    try output.write(.history(store.history(ofRun: store.run(named: name), key: key)))
  }
}

struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "List what happened in a run.",
    discussion: """
      Such as the end of the warm-up (warmup.frozen), and saved checkpoints. Epochs are counted from 0.

        darkroom events 3f2a91
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let store = try store.open()
    try output.write(.events(store.events(ofRun: store.run(named: name))))
  }
}
