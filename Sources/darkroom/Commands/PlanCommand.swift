import ArgumentParser
import Experiments
import Foundation
import Reports
import RunStore

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a file comes to, without doing any of it.",
    discussion: """
      Lists the runs, which of them share a training, and what the store holds of them already.

        darkroom plan experiments/quickstart.yaml
        darkroom plan experiments/quickstart.yaml -S training.epochs=20 --format json
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let plan = try Plan.make(experiment.load())
    let progress =
      FileManager.default.fileExists(atPath: store.path)
      ? try store.open().progress(ofStages: plan.stages.map(\.hash)) : [:]
    try output.write(PlanListing(plan, progress: progress).report)
  }
}
