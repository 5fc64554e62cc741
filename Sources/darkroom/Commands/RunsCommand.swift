import ArgumentParser
import Reports
import RunStore

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List runs.",
    discussion: """
      FILTER compares parameters, metrics and attributes, and asks for events; docs/filters.md tells all of it:

        darkroom runs "sampling.steps = 10 and metrics.validation.l1 < 0.1"
        darkroom runs "event diverged or not validation.l1.min < 0.1"
        darkroom runs --sweep quickstart --sort metrics.validation.l1 --limit 5
        darkroom runs --columns name,model.dropout,validation.l1 --format csv
      """)

  @Argument(help: "Which runs. (default: all)")
  var filter: String?

  @Option(help: ArgumentHelp("Only those of this sweep.", valueName: "name"), completion: StoreOptions.sweepCompletion)
  var sweep: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A metric, parameter or attribute to sort by; -KEY turns it round. (default: the newest first)",
      valueName: "key"), completion: StoreOptions.columnCompletion)
  var sort: String?

  @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "Which columns: parameters, metrics, and id, name, sweep, status, created_at, started_at, ended_at, "
        + "wall_seconds, seed.", valueName: "a,b"), completion: StoreOptions.columnCompletion)
  var columns: CommaSeparated?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1, not \(limit).") }
  }

  func run() throws {
    let filter = try filter.map { try Filter($0) }
    let order = try sort.map { try RunOrder($0) }
    let runs = try store.open().runs(matching: filter, sweep: sweep, sort: order, limit: limit)
    try output.write(Report.runs(runs, columns: columns?.elements))
  }
}
