import ArgumentParser
import Experiments
import RunStore

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Hand a run over to other programs.",
    discussion: """
      To diffusers: a folder with the network, its scheduler, the net that embeds labels, and a README.md that says \
      how Python draws with them. It is there whole or not at all.

        darkroom export 3f2a91 --to diffusers monsters/
        darkroom export 3f2a91 --to diffusers monsters-4/ --epoch 4
      """)

  enum Destination: String, CaseIterable, ExpressibleByArgument { case diffusers, tensorboard, mlflow }

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: StoreOptions.runCompletion)
  var name: String

  @Option(help: ArgumentHelp("For whom.", valueName: "program"))
  var to: Destination

  @Argument(help: "A folder that is not there yet, or is empty.", completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp("The weights after this epoch, counted from 0, where kept. (default: the last)", valueName: "n"))
  var epoch: Int?

  @OptionGroup var store: StoreOptions

  func run() throws {
    guard to == .diffusers else {
      throw InputError("--to: `\(to.rawValue)` is not available in this version; diffusers is")
    }
    let id = try store.open().run(named: name)
    try handOverToTrainer(
      arguments: ["export", "--run-id", id, "--db", store.path] + (epoch.map { ["--epoch", "\($0)"] } ?? []) + [folder])
  }
}
