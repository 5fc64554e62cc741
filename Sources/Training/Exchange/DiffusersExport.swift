import Diffusion
import Experiments
import Files
public import Foundation
public import RunStore

/// A run's network as a folder that diffusers loads.
public struct DiffusersExport {
  private let run: String
  private let store: RunStore
  private let epoch: Int?

  /// - Parameters:
  ///   - run: its id.
  ///   - epoch: whose weights, 0-based; nil: the last.
  public init(run: String, _ store: RunStore, epoch: Int? = nil) {
    self.run = run
    self.store = store
    self.epoch = epoch
  }

  /// Writes the folder whole, or not at all.
  /// - Throws: `InputError` where the folder holds something already, or the store has no such weights.
  public func write(to folder: URL) throws {
    guard DurableFolder.isFree(folder) else {
      throw InputError("\(folder.relativePath) is there already, and not an empty folder; name another")
    }
    let trained = try TrainedRun(run, store, epoch: epoch)
    let pipeline = DiffusersPipeline(
      trained.denoiser.unet, SamplerSettings(trained.configuration), size: trained.configuration.data.size,
      label: trained.denoiser.label.map { LabelNet($0, classNames: trained.classNames) })
    try DurableFolder.make(at: folder) { folder in
      try pipeline.write(to: folder)
      try write(ExportReadme(trained).text, to: folder.appendingPathComponent("README.md"))
      try write(origin(of: trained).indentedJSON + "\n", to: folder.appendingPathComponent("darkroom.json"))
    }
  }

  private func write(_ text: String, to url: URL) throws {
    try DurableFile.write(Data(text.utf8), to: url)
  }

  /// What the folder was made from.
  private func origin(of trained: TrainedRun) -> Value {
    let (run, checkpoint) = (trained.summary, trained.checkpoint)
    let parameters = run.parameters.sorted { $0.key < $1.key }.map { Value.Entry($0.key, $0.value) }
    return [
      "run": .string(run.id), "name": .string(run.name), "epoch": .int(checkpoint.epochs - 1),
      "state": .string(checkpoint.state), "params": .map(parameters),
    ]
  }
}
