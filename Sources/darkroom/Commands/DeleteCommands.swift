import ArgumentParser
import Experiments
import Reports
import RunStore

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Hide runs from all questions.",
    discussion: """
      Nothing of them is lost until `darkroom gc` frees it: `darkroom restore` brings them back, and so does launching \
      them again.

        darkroom delete 3f2a91 77b0c2
      """)

  @Argument(help: ArgumentHelp("The runs.", valueName: "run"), completion: StoreOptions.runCompletion)
  var names: [String]

  @OptionGroup var store: StoreOptions

  func run() throws {
    let store = try store.openForWriting()
    // All are known before the first is deleted.
    for run in try names.map({ try store.run(named: $0) }) {
      try store.delete(run: run)
      print("\(run) is deleted; `darkroom restore \(run)` brings it back.")
    }
  }
}

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring deleted runs back, or list them.",
    discussion: """
        darkroom restore
        darkroom restore 3f2a91
      """)

  @Argument(
    help: ArgumentHelp("The runs. (default: list those that are deleted)", valueName: "run"),
    completion: StoreOptions.deletedRunCompletion)
  var names: [String] = []

  @OptionGroup var store: StoreOptions

  func run() throws {
    guard !names.isEmpty else {
      let deleted = try store.open().deletedRuns()
      return try OutputOptions.write(
        Report.runs(deleted, columns: ["id", "name", "status", "created_at"]).text(as: .table, for: .current), to: nil)
    }
    let store = try store.openForWriting()
    for run in try names.map({ try store.run(named: $0, .deleted) }) {
      try store.restore(run: run)
      print("\(run) is back.")
    }
  }
}

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Free what no run needs.",
    discussion: """
      Deleted runs, for good; stages that no other run needs; checkpoints and temporary files that belong to nothing. \
      What a process executes stays, and so do files that were changed within the last hour, if no row tells of them.

        darkroom gc --dry-run
        darkroom gc
      """)

  @Flag(help: "Only show what would be freed.")
  var dryRun = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if dryRun {
      try output.write(.garbage(store.open().garbage(), isFreed: false))
    } else {
      try output.write(.garbage(store.openForWriting().freeGarbage(), isFreed: true))
    }
  }
}
