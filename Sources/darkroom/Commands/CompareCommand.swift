import ArgumentParser
import Experiments
import Reports
import RunStore

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare groups of runs, averaged over seeds.",
    discussion: """
      Runs are grouped by settings; each group's metrics are averaged within a seed, then over seeds, with the 95 % \
      interval of the mean. Runs that share a training count once for what was measured in it. Against a baseline, \
      seeds are paired, and a difference is better or worse where its interval leaves out 0.

        darkroom compare --sweep quickstart --by sampling,model.dropout
        darkroom compare --sweep quickstart --by dropout --baseline dropout=0
        darkroom compare 3f2a91 77b0c2 --by sampler --metric sample.seconds
      """)

  @Argument(help: "The runs. (default: all)", completion: StoreOptions.runCompletion)
  var runs: [String] = []

  @Option(help: ArgumentHelp("The runs of this sweep.", valueName: "name"))
  var sweep: String?

  @Option(help: ArgumentHelp("The runs that this filter finds, as in `darkroom runs`.", valueName: "filter"))
  var filter: String?

  @Option(
    help: ArgumentHelp(
      "Settings to group by, or blocks such as sampling; short names where they are clear. "
        + "(default: what the sweep varies)", valueName: "key,key"))
  var by: CommaSeparated?

  @Option(
    help: ArgumentHelp("What to compare. (default: validation.l1,validation.mse)", valueName: "key,key"),
    completion: StoreOptions.metricCompletion)
  var metric: CommaSeparated?

  @Option(help: ArgumentHelp("Settings of the group that the others are compared with.", valueName: "key=value"))
  var baseline: CommaSeparated?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [!runs.isEmpty, sweep != nil, filter != nil].count(where: { $0 }) > 1 {
      throw ValidationError("Runs are given by name, by --sweep, or by --filter: by one of them.")
    }
    if by == nil, sweep == nil { throw ValidationError("--by is needed where no --sweep says what varies.") }
  }

  func run() throws {
    let store = try store.open()
    let chosen = try chosenRuns(in: store)
    let comparison = try Comparison(
      finished: chosen, by: by?.elements ?? sweptAxes(of: chosen, in: store),
      metrics: metric?.elements ?? Comparison.usualMetrics(of: chosen), baseline: baseline?.elements ?? [])
    try output.write(comparison.report)
  }

  private func chosenRuns(in store: RunStore) throws -> [RunSummary] {
    if runs.isEmpty {
      return try store.runs(matching: filter.map { try Filter($0) }, sweep: sweep, metrics: comparedMetrics(in: store))
    }
    let ids = try runs.map { try store.run(named: $0) }
    return try Set(ids).sorted().map { try store.summary(ofRun: $0) }
  }

  /// The keys that may be meant; nil where some are unknown, so that the comparison can name the nearest of all.
  private func comparedMetrics(in store: RunStore) throws -> [String]? {
    let known = try store.metricKeys(ofRun: nil)
    let wanted = metric?.elements ?? Comparison.usuallyPreferred
    let keys = wanted.map { name in known.filter { $0 == name || $0.hasSuffix(".\(name)") } }
    return metric != nil && keys.contains([]) ? nil : keys.flatMap(\.self)
  }

  private func sweptAxes(of runs: [RunSummary], in store: RunStore) throws -> [String] {
    guard let sweep else { return [] }
    return Comparison.varyingAxes(of: runs, axes: try store.axes(ofSweep: sweep))
  }
}
