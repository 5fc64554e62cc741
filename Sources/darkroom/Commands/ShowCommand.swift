import ArgumentParser
import Experiments
import Foundation
import Reports
import RunStore

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one run: settings, stages, curves, events, samples.",
    discussion: """
        darkroom show 3f2a91
        darkroom show "quickstart/sampler=ddim,steps=10,dropout=0.2" --all
      """)

  enum PageFormat: String, CaseIterable, ExpressibleByArgument { case table, json }

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Flag(help: "Show the parameters too that are as they are by default.")
  var all = false

  @Option(help: ArgumentHelp("The samples after this epoch, counted from 0. (default: the last)", valueName: "epoch"))
  var epoch: Int?

  @Option(help: ArgumentHelp("A page to read, or all of it as JSON.", valueName: "format"))
  var format: PageFormat = .table

  @Option(help: ArgumentHelp("Write to this file instead.", valueName: "file"), completion: .file())
  var output: String?

  @OptionGroup var store: StoreOptions

  func run() throws {
    let store = try store.open()
    let id = try store.run(named: name)
    let summary = try store.summary(ofRun: id)
    let losses = ["train.l1", "train.mse", "validation.l1", "validation.mse"].filter { summary.metrics[$0] != nil }
    let page = RunPage(
      run: summary,
      question: try store.sweeps().first { $0.name == summary.sweep }?.question,
      histories: try Dictionary(
        uniqueKeysWithValues: losses.map { ($0, try store.history(ofRun: id, key: $0, points: 2000)) }),
      events: try store.events(ofRun: id), environment: try store.environment(ofRun: id),
      tags: try store.tags(ofRun: id),
      progress: try store.progress(ofStages: summary.stages.map(\.hash)),
      grid: try grid(of: id, in: store), showsAllParameters: all)
    try OutputOptions.write(format == .json ? page.json : page.text(for: terminal(for: page)), to: output)
  }

  private func terminal(for page: RunPage) -> Terminal {
    guard output == nil else { return .plain }
    let environment = ProcessInfo.processInfo.environment
    return page.grid == nil ? .current : .current.withGraphics(environment: environment)
  }

  private func grid(of id: String, in store: RunStore) throws -> SampleGrid? {
    let grid = try store.grid(ofRun: id, epoch: epoch)
    if let epoch, grid == nil {
      let epochs = try store.gridEpochs(ofRun: id).map(String.init).joined(separator: ", ")
      let others = epochs.isEmpty ? "there are none" : "there are some after \(epochs)"
      throw InputError("no samples were drawn after epoch \(epoch); \(others)")
    }
    return grid
  }
}
