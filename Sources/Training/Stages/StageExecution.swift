import Evaluation
import Experiments
import Files
import Foundation
public import RunStore
import Torch
import TorchNN

/// Executes stages that a store knows.
public struct StageExecution {
  private let store: any StageStore
  private let progress: ProgressLines

  public init(_ store: any StageStore, _ progress: ProgressLines) {
    self.store = store
    self.progress = progress
  }

  /// Executes the stage `hash` and records it; its parents must be finished.
  /// - Parameter lock: the stage's; nil: it is taken first.
  /// - Throws: what stopped it, after recording that.
  public func run(_ hash: String, holding lock: StageLock? = nil) throws {
    let stage = try store.stage(hash)
    let lock = try lock ?? hold(hash)
    defer { withExtendedLifetime(lock) {} }
    let recorder = try store.begin(stage: hash, environment: Surroundings.describe(stage))
    let time = TimeSpent()
    do {
      switch stage.kind {
      case .prepare:
        try PrepareStage(stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress).run()
      case .train:
        try TrainStage(
          stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress,
          data: try data(for: stage), time: time, origin: { try checkpoint(of: stage.states, for: .training) }
        ).run()
      case .sample:
        var sampling = SampleStage(
          stage: stage, recorder: recorder, progress: progress, classNames: try data(for: stage).classNames,
          checkpoint: try checkpoint(of: stage.states, for: .drawing), time: time)
        try sampling.run()
      case .extractor:
        try ExtractorStage(
          stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress, data: try data(for: stage)
        ).run()
      case .draw:
        try DrawStage(
          stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress,
          data: try data(for: stage), checkpoint: try checkpoint(of: stage.states, for: .drawing)
        ).run()
      case .evaluate:
        let data = try data(for: stage)
        try EvaluateStage(
          stage: stage, recorder: recorder, artifacts: store.artifacts, progress: progress, data: data,
          pictures: try DrawnPictures(contentsOf: file(of: stage.parents[0]).url),
          extractor: try extractor(for: stage, data)
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

  private func hold(_ hash: String) throws -> StageLock {
    guard let lock = try store.lock(stage: hash) else {
      throw InputError("the stage \(hash) is being executed by another process")
    }
    return lock
  }

  /// Of the preparation that all its trainings go back to.
  private func data(for stage: Stage) throws -> PreparedData {
    var ancestor = stage
    while ancestor.kind != .prepare {
      guard let parent = ancestor.parents.first else {
        throw InputError("the stage \(ancestor.hash) has no parent")
      }
      ancestor = try store.stage(parent)
    }
    return try PreparedData(contentsOf: file(of: ancestor.hash).url)
  }

  /// What the stage `hash` left behind.
  private func file(of hash: String) throws -> (url: URL, sha256: String) {
    guard let file = try store.checkpoints(ofStates: [hash])[hash] else {
      throw InputError("the store has no file of the stage \(hash)")
    }
    let url = store.artifacts.appendingPathComponent(file.path)
    try verify(url, file)
    return (url, file.sha256)
  }

  private func extractor(for stage: Stage, _ data: PreparedData) throws -> ScoreExtractor {
    if let file = try Configuration(stage.parameters).evaluation.extractor {
      let url = URL(fileURLWithPath: file.path)
      guard (try? FileDigest(of: url))?.sha256 == file.sha256 else {
        throw FormatError(file: file.path, reason: "isn't what evaluation.extractor.sha256 says, or can't be read")
      }
      let network = try ScriptedExtractor(contentsOf: url)
      return ScoreExtractor(network: network, name: url.lastPathComponent, sha256: file.sha256)
    }
    let (url, sha256) = try file(of: stage.parents[1])
    let network = Classifier(classes: data.classNames.count, size: data.size)
    try network.load(try Safetensors(contentsOf: url).tensors)
    return ScoreExtractor(network: network, name: "classifier", sha256: sha256)
  }

  private func checkpoint(
    of states: [String], for purpose: CheckpointFile.Purpose
  ) throws -> CheckpointFile {
    guard let state = states.first, let checkpoint = try store.checkpoints(ofStates: [state])[state] else {
      throw InputError("the store has no weights of the state \(states.first ?? "")")
    }
    return try CheckpointFile(checkpoint, in: store.artifacts, for: purpose)
  }
}
