import ArgumentParser
import Exchange
import Experiments
import Foundation
import RunStore

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Hand runs over to other programs.",
    usage: "darkroom export [<run> ...] <folder> --to <program> [<options>]",
    discussion: """
      To diffusers, one run: its network, its scheduler, the net that embeds labels, and a README.md that says how \
      Python draws with them. To tensorboard: curves, sample grids, events and hyperparameters. To mlflow: a store \
      with parameters, metrics, tags, and grids as artifacts. As csv: everything, a file a kind. The folder is there \
      whole or not at all.

        darkroom export 3f2a91 --to diffusers monsters/
        darkroom export 3f2a91 --to diffusers monsters-4/ --epoch 4
        darkroom export --to tensorboard board/ --sweep quickstart
        darkroom export --to mlflow tracking/ --filter "validation.l1 < 0.1"
      """)

  enum Destination: String, CaseIterable, ExpressibleByArgument { case diffusers, tensorboard, mlflow, csv }

  @Argument(
    help: ArgumentHelp(
      "The runs (default: all), and last a folder that is not there yet, or is empty.", valueName: "run ... folder"),
    completion: StoreOptions.runCompletion)
  var arguments: [String]

  @Option(help: ArgumentHelp("For whom.", valueName: "program"))
  var to: Destination

  @Option(
    help: ArgumentHelp(
      "diffusers: the weights after this epoch, counted from 0, where kept. (default: the last)", valueName: "n"))
  var epoch: Int?

  @Flag(help: "Others: put it in the place of an earlier export, which goes.")
  var overwrite = false

  @OptionGroup var choice: RunChoice
  @OptionGroup var store: StoreOptions

  private var names: [String] { Array(arguments.dropLast()) }
  private var folder: String { arguments.last ?? "" }

  func validate() throws {
    try choice.requireOneChoice(besides: names)
    if to == .diffusers {
      guard names.count == 1, !overwrite else {
        throw ValidationError("To diffusers, one run is exported, into a folder that is not there yet.")
      }
    } else if epoch != nil {
      throw ValidationError("--epoch is for weights, which --to \(to.rawValue) doesn't export.")
    }
  }

  func run() throws {
    let store = try store.open()
    switch to {
    case .diffusers:
      let epoch = epoch.map { ["--epoch", "\($0)"] } ?? []
      try handOverToTrainer(
        arguments: ["export", "--run-id", try store.run(named: names[0]), "--db", store.path] + epoch + [folder])
    case .tensorboard: try export(as: .tensorboard, from: store)
    case .mlflow: try export(as: .mlflow, from: store)
    case .csv: try export(as: .csv, from: store)
    }
  }

  private func export(as format: StoreExport.Format, from store: RunStore) throws {
    let runs = try choice.runs(named: names, in: store)
    guard !runs.isEmpty else { throw InputError("no run is meant", file: store.path) }
    let folder = URL(filePath: folder, directoryHint: .isDirectory)
    try StoreExport(runs, of: store).write(format, to: folder, overwriting: overwrite)
    let place = folder.standardizedFileURL.path(percentEncoded: false)
    print(runs.count == 1 ? "1 run is exported." : "\(runs.count) runs are exported.")
    switch format {
    case .tensorboard:
      print("To look at: tensorboard --logdir '\(place)' --samples_per_plugin scalars=1000000,images=1000")
    case .mlflow: print("To look at: mlflow server --backend-store-uri 'sqlite:///\(place)mlflow.db'")
    case .csv: break
    }
  }
}
