import ArgumentParser
import Experiments
import Foundation
import Launching
import Reports
import RunStore

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Execute a run again from its record, and compare bit by bit.",
    discussion: """
      Data, training and samples are made anew, in a store of their own, from the settings on record; the run's own store \
      is only read. Compared are every point of every metric, events, pictures, scores and the weights' digests. Times \
      and memory have no part in it.

        darkroom replay 3f2a91
        darkroom replay 3f2a91 --keep replayed

      Exit status: 0 equal, 1 different, 65 where what the run was made from is gone or changed.
      """)

  enum PageFormat: String, CaseIterable, ExpressibleByArgument { case table, json }

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Option(
    help: ArgumentHelp(
      "Keep what it came to this time, as runs.db in this new folder. (default: it is deleted)", valueName: "folder"),
    completion: .directory)
  var keep: String?

  @Option(help: ArgumentHelp("How many stages at once, each in a process of its own.", valueName: "n"))
  var jobs: Int = 1

  @Option(help: ArgumentHelp("A page to read, or all of it as JSON.", valueName: "format"))
  var format: PageFormat = .table

  @OptionGroup var store: StoreOptions

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs is at least 1, not \(jobs).") }
  }

  func run() throws {
    let store = try store.open()
    let replay = try Replay(of: store.run(named: name), in: store)
    let trainer = try TrainerProgram.find()
    let folder = try scratchFolder()
    defer { if keep == nil { try? FileManager.default.removeItem(at: folder) } }
    let scratch = try RunStore(path: folder.appending(path: "runs.db").path, mode: .create)
    let launcher = Launcher(
      store: scratch, plan: replay.plan, jobs: jobs, trainer: trainer, progress: progressDisplay(replay.plan))
    let outcome = try waitFor { try await launcher.run() }
    guard outcome.exitStatus == 0 else { throw ExitCode(outcome.exitStatus) }
    let comparison = try ReplayComparison(
      of: replay.run.id, in: store, with: replay.plan.runs[0].id, in: scratch)
    let page = ReplayPage(replay.run, comparison)
    try OutputOptions.write(format == .json ? page.json : page.text(for: .current), to: nil)
    if !comparison.differences.isEmpty { throw ExitCode(1) }
  }

  private func scratchFolder() throws -> URL {
    let files = FileManager.default
    let folder =
      keep.map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? files.temporaryDirectory.appending(path: "darkroom-replay-\(UUID().uuidString)", directoryHint: .isDirectory)
    if files.fileExists(atPath: folder.path) {
      throw InputError("--keep makes a new folder, and there is one already", file: keep)
    }
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
