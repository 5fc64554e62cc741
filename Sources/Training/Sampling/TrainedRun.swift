import Diffusion
import Experiments
import Foundation
import RunStore

/// A run's network as it was after some epoch.
struct TrainedRun {
  let summary: RunSummary
  let configuration: Configuration
  let classNames: [String]
  let denoiser: Denoiser
  let checkpoint: Checkpoint

  /// - Parameter epoch: 0-based; nil: the last.
  /// - Throws: `InputError` where the store has no such weights, `FormatError` where their file isn't what was written.
  init(_ id: String, _ store: RunStore, epoch: Int? = nil) throws {
    summary = try store.summary(ofRun: id)
    let states = try store.states(ofRun: id)
    guard let last = states.max(by: { $0.key < $1.key })?.value else {
      throw InputError("the run \(summary.name) trains no network")
    }
    let kept = try store.checkpoints(ofStates: Array(states.values)).values.sorted { $0.epochs < $1.epochs }
    checkpoint = try Self.choose(epoch, of: kept, last: last, summary)
    configuration = try Configuration(summary.parameters)
    let data = try summary.stages.first { $0.kind == .prepare }.flatMap {
      try store.checkpoints(ofStates: [$0.hash])[$0.hash]
    }
    guard let data else { throw InputError("the data of the run \(summary.name) are gone from the store") }
    classNames = try PreparedData(contentsOf: store.artifacts.appendingPathComponent(data.path)).classNames
    denoiser = Denoiser(configuration, classes: classNames.count)
    try denoiser.load(try CheckpointFile(checkpoint, in: store.artifacts, for: .drawing).sampledWeights)
  }

  private static func choose(
    _ epoch: Int?, of kept: [Checkpoint], last: String, _ run: RunSummary
  ) throws -> Checkpoint {
    guard let epoch else {
      guard let checkpoint = kept.first(where: { $0.state == last }) else {
        throw InputError("the run \(run.name) has no trained network yet (it is \(run.status.rawValue))")
      }
      return checkpoint
    }
    guard let checkpoint = kept.first(where: { $0.epochs == epoch + 1 }) else {
      let epochs = kept.map { "\($0.epochs - 1)" }.joined(separator: ", ")
      throw InputError(
        "the run \(run.name) keeps no weights of epoch \(epoch)"
          + (epochs.isEmpty ? "" : "; it keeps those of \(epochs) (counted from 0)"))
    }
    return checkpoint
  }
}
