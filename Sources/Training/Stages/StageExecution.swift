import Experiments
import Foundation
public import RunStore
import Torch

/// Executes stages that a store knows, one after another.
public struct StageExecution {
  private let store: RunStore
  private let progress: ProgressLines

  public init(_ store: RunStore, _ progress: ProgressLines) {
    self.store = store
    self.progress = progress
  }

  /// Executes the stage `hash` and records it; its parents must be finished.
  /// - Throws: what stopped it, after recording that.
  public func run(_ hash: String) throws {
    let stage = try store.stage(hash)
    let lock = try hold(hash)
    defer { withExtendedLifetime(lock) {} }
    let recorder = try store.begin(stage: hash, environment: Surroundings.describe())
    do {
      switch stage.kind {
      case .prepare:
        try PrepareStage(stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress).run()
      case .train:
        try TrainStage(
          stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress,
          data: try data(of: stage.parents)
        ).run()
      case .sample:
        let training = try store.stage(try parent(of: stage))
        try SampleStage(
          stage: stage, recorder: recorder, progress: progress, classNames: try data(of: training.parents).classNames,
          checkpoint: try checkpoint(of: stage.states)
        ).run()
      }
      try recorder.finish()
    } catch let stop as Interruption.Stopped {
      try recorder.fail(stop.description, status: .killed)
      throw stop
    } catch {
      try recorder.fail("\(error)")
      throw error
    }
  }

  /// The stage's lock, unless whoever started this process handed it down already.
  private func hold(_ hash: String) throws -> StageLock? {
    guard ProcessInfo.processInfo.environment["DARKROOM_STAGE_LOCK"] == nil else { return nil }
    guard let lock = try store.lock(stage: hash) else {
      throw InputError("the stage \(hash) is being executed by another process")
    }
    return lock
  }

  private func parent(of stage: Stage) throws -> String {
    guard let parent = stage.parents.first else { throw InputError("the stage \(stage.hash) has no parent") }
    return parent
  }

  private func data(of parents: [String]) throws -> PreparedData {
    let checkpoints = try store.checkpoints(ofStates: parents)
    guard let file = parents.compactMap({ checkpoints[$0] }).first else {
      throw InputError("the store has no prepared data for the stage \(parents.first ?? "")")
    }
    let url = store.artifacts.appendingPathComponent(file.path)
    try verify(url, file)
    return try PreparedData(contentsOf: url)
  }

  private func checkpoint(of states: [String]) throws -> CheckpointFile {
    guard let state = states.first, let checkpoint = try store.checkpoints(ofStates: [state])[state] else {
      throw InputError("the store has no weights of the state \(states.first ?? "")")
    }
    return try CheckpointFile(checkpoint, in: store.artifacts)
  }
}
