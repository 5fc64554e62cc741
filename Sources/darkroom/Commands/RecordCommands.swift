import ArgumentParser
import Reports
import RunStore

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List every point of a metric.",
    discussion: """
      Steps are epochs, counted from 0. With --points, of a long history only what a chart needs: the least and the \
      greatest value of each stretch, the first point and the last.

        darkroom history 3f2a91 validation.l1
        darkroom history 3f2a91 train.mse --output points.csv
        darkroom history 3f2a91 train.mse --points 1000
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Argument(help: "The metric, such as validation.l1.", completion: StoreOptions.metricCompletion)
  var key: String

  @Option(help: ArgumentHelp("At most so many, extremes kept. (default: all)", valueName: "n"))
  var points: Int?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let points, points < 4 { throw ValidationError("--points is at least 4, not \(points).") }
  }

  func run() throws {
    let store = try store.open()
    let run = try store.run(named: name)
    let history = try points.map { try store.history(ofRun: run, key: key, points: $0) }
    try output.write(.history(history ?? store.history(ofRun: run, key: key)))
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
