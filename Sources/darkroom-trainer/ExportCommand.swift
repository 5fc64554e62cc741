import ArgumentParser
import Foundation
import RunStore
import Training

extension Trainer {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a run's network as a folder that diffusers loads.")

    @Option(help: "A run's id.") var runId: String
    @Option(help: "The store that has the run.") var db: String
    @Option(help: "Whose weights, counted from 0.") var epoch: Int?
    @Argument(help: "A folder that isn't there yet, or is empty.") var folder: String

    func run() throws {
      try ending {
        let store = try RunStore(path: db, mode: .readOnly)
        try DiffusersExport(run: runId, store, epoch: epoch).write(to: URL(fileURLWithPath: folder, isDirectory: true))
      }
    }
  }
}
