import ArgumentParser
import Experiments
import Files
import Foundation
import Launching
import Reports
import RunStore

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a file comes to, without doing any of it.",
    discussion: """
      Lists the runs, which of them share a training, and what the store holds of them already; then what the trainings \
      are made of: parameters, memory, operations, and about how long all of it takes.

      Of a search (`method: tpe`) it lists what was tried so far, or what it begins with; the rest follows from results. \
      With early_terminate epochs are the most that there can be.

        darkroom plan experiments/quickstart.yaml
        darkroom plan experiments/quickstart.yaml -S training.epochs=20 --format json
      """)

  @OptionGroup var experiment: ExperimentOptions
  @Flag(help: "Without what trainings are made of, which takes some seconds to find out.")
  var brief = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let store = FileManager.default.fileExists(atPath: store.path) ? try store.open() : nil
    let planner = Planner(try experiment.load(), store: store)
    let plan = try planner.planToShow()
    let progress = try store?.progress(ofStages: plan.stages.map(\.hash)) ?? [:]
    try output.write(PlanListing(plan, progress: progress, costs: try costs(of: plan, store, progress)).report)
  }

  /// Nil, after saying so, where there is no trainer to measure them.
  private func costs(of plan: Plan, _ store: RunStore?, _ progress: [String: StageProgress]) throws -> PlanCosts? {
    guard !brief else { return nil }
    do {
      return try PlanCosts.measure(plan, store: store, progress: progress)
    } catch let error as InputError {
      FileHandle.standardError.tell("note: no parameters, memory and time: \(error)\n")
      return nil
    }
  }
}
