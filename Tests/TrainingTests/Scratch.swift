import Experiments
import Foundation
import RunStore
import Training

/// An experiment file and a store in a folder of their own.
final class Scratch {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("darkroom-\(UUID().uuidString)")
  let store: RunStore
  let plan: Plan

  /// A training of some seconds.
  static let tiny = """
    name: tiny
    seed: 3
    data: {source: sprites, count: 60, size: 16, split: {train: 0.7, validation: 0.2, test: 0.1}}
    model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1, dropout: 0.1}
    conditioning: {embedding: 8, bottleneck: 4, dropout: 0.1, warmup: {epochs: 2}, label_keep: 0.8}
    diffusion: {timesteps: 50}
    training: {epochs: 4, batch_size: 16, loss: l1, learning_rate: 2.0e-3, threads: 1}
    sampling: {steps: 5, grid: {rows: 2, every_epochs: 1}}
    """

  init(_ yaml: String = Scratch.tiny, overrides: [String] = []) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("experiment.yaml")
    try Data(yaml.utf8).write(to: file)
    plan = try Plan.make(Experiment.load(file: file.path, overrides: overrides), sourceDigest: { _ in "" })
    store = try RunStore(path: folder.appendingPathComponent("runs.db").path, mode: .create)
    try store.register(plan)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func execute() throws {
    let execution = StageExecution(store, ProgressLines())
    for stage in plan.stages { try execution.run(stage.hash) }
  }

  var run: String { plan.runs[0].id }

  func stage(_ kind: StageKind) -> Stage { plan.stages.first { $0.kind == kind } ?? plan.stages[0] }
}
