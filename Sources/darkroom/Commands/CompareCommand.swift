import ArgumentParser
import Experiments
import Files
import Foundation
import Reports
import RunStore

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare groups of runs, averaged over seeds.",
    discussion: """
      Runs are grouped by settings; each group's metrics are averaged within a seed, then over seeds, with the 95 % \
      interval of the mean. Runs that share a training count once for what was measured in it. Another setting that is \
      not the same in every group is refused by name; those that are crossed with the groups are averaged over.

      Against a baseline, seeds are paired, and the intervals of the differences hold all at once. A difference is \
      better or worse where its interval leaves out 0, the same where it lies within ±δ, otherwise undecided. \
      docs/compare.md has the model.

        darkroom compare --sweep quickstart --by sampling,model.dropout
        darkroom compare --sweep quickstart --by dropout --baseline dropout=0
        darkroom compare --sweep quickstart --metric kid --plot kid.svg --plot-x steps
        darkroom compare --sweep quickstart --output comparison.html
      """)

  @Argument(help: "The runs. (default: all)", completion: StoreOptions.runCompletion)
  var runs: [String] = []

  @OptionGroup var choice: RunChoice

  @Option(
    help: ArgumentHelp(
      "Settings to group by, or blocks such as sampling; short names where they are clear. "
        + "(default: what the sweep varies)", valueName: "key,key"), completion: StoreOptions.settingCompletion)
  var by: CommaSeparated?

  @Option(
    help: ArgumentHelp("What to compare. (default: validation.l1,validation.mse)", valueName: "key,key"),
    completion: StoreOptions.metricCompletion)
  var metric: CommaSeparated?

  @Option(
    help: ArgumentHelp("Settings of the group that the others are compared with.", valueName: "key=value"),
    completion: StoreOptions.baselineCompletion)
  var baseline: CommaSeparated?

  @Option(
    help: ArgumentHelp(
      "Within which groups count as the same: 0.001, 2% of the baseline's mean, or kid=0.002 for one metric. "
        + "(default: 1%)", valueName: "margin"))
  var delta: CommaSeparated?

  @Option(
    help: ArgumentHelp("Settings that may differ between the groups besides, or all.", valueName: "key,key"),
    completion: StoreOptions.settingCompletion)
  var allow: CommaSeparated?

  @Flag(help: "Intervals of differences by a bootstrap over seeds instead of the model; from 10 seeds on.")
  var bootstrap = false

  @Option(
    help: ArgumentHelp("Draw the metrics by epoch into this .svg or .png, a curve a group.", valueName: "file"),
    completion: .file(extensions: ["svg", "png"]))
  var plot: String?

  @Option(
    help: ArgumentHelp("Draw what the metrics came to against this setting instead.", valueName: "key"),
    completion: StoreOptions.settingCompletion)
  var plotX: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try choice.requireOneChoice(besides: runs)
    if by == nil, choice.sweep == nil { throw ValidationError("--by is needed where no --sweep says what varies.") }
    if baseline == nil, bootstrap || delta != nil {
      throw ValidationError("--delta and --bootstrap are of differences from a --baseline.")
    }
    if plotX != nil, plot == nil { throw ValidationError("--plot-x is of use only with --plot.") }
    if let plot, !["svg", "png"].contains(URL(filePath: plot).pathExtension.lowercased()) {
      throw ValidationError("--plot draws .svg and .png.")
    }
  }

  func run() throws {
    let store = try store.open()
    let chosen = try choice.runs(named: runs, in: store, metrics: comparedMetrics(in: store))
    let finished = chosen.filter { $0.status == .finished }
    let comparison = try Comparison(
      finished: chosen, by: by?.elements ?? sweptAxes(of: chosen, in: store),
      metrics: metric?.elements ?? Comparison.usualMetrics(of: chosen), baseline: baseline?.elements ?? [],
      margin: delta.map { try Margin($0.elements) } ?? Margin(), allowed: allow?.elements ?? [],
      usesBootstrap: bootstrap, spends: spends(of: finished, in: store),
      definitions: definitions(of: finished, in: store))
    if let plot {
      let figure = try Figure(of: comparison, against: plotX, records: records(in: store))
      try DurableFile.write(
        Data(plot.lowercased().hasSuffix(".png") ? figure.png : Array(figure.svg.utf8)), to: URL(filePath: plot))
    }
    guard output.chosenFormat == .html else { return try output.write(comparison.report) }
    let question = try choice.sweep.flatMap { name in try store.sweeps().first { $0.name == name }?.question }
    let page = try ComparisonPage(
      comparison, title: choice.sweep ?? "Comparison", question: question, records: records(in: store))
    try output.write { _, _ in page.html }
  }

  private func records(in store: RunStore) -> ComparisonRecords {
    ComparisonRecords(
      history: { try store.history(ofRun: $0, key: $1) }, events: { try store.events(ofRun: $0) },
      grid: { try store.grid(ofRun: $0) })
  }

  private func spends(
    of runs: [RunSummary], in store: RunStore
  ) throws -> [String: ComparedRun.TrainingSpend] {
    ComparedRun.TrainingSpend.byRun(
      runs, pictures: try store.trainingPictures(ofStages: hashes(of: .prepare, in: runs)))
  }

  private func definitions(of runs: [RunSummary], in store: RunStore) throws -> ScoreDefinitions {
    ScoreDefinitions(
      of: runs, payloads: try store.payloads(ofEvents: "scored", inStages: hashes(of: .evaluate, in: runs)))
  }

  private func hashes(of kind: StageKind, in runs: [RunSummary]) -> [String] {
    Array(Set(runs.lazy.flatMap { $0.stages.lazy.filter { $0.kind == kind }.map(\.hash) })).sorted()
  }

  /// The keys that may be meant; nil where some are unknown, so that the comparison can name the nearest of all.
  private func comparedMetrics(in store: RunStore) throws -> [String]? {
    let known = try store.metricKeys(ofRun: nil)
    let wanted = metric?.elements ?? Comparison.usuallyPreferred
    let keys = wanted.map { name in known.filter { $0 == name || $0.hasSuffix(".\(name)") } }
    return metric != nil && keys.contains([]) ? nil : keys.flatMap(\.self)
  }

  private func sweptAxes(of runs: [RunSummary], in store: RunStore) throws -> [String] {
    guard let sweep = choice.sweep else { return [] }
    return Comparison.varyingAxes(of: runs, axes: try store.axes(ofSweep: sweep))
  }
}
