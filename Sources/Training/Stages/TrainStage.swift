import Diffusion
import Experiments
import Foundation
import RunStore
import Torch
import TorchNN

/// Trains through every epoch of the stage, from its beginning or from where an earlier attempt was stopped, and keeps
/// the states that are asked for.
final class TrainStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines
  let training: Training
  private let epochs: Int
  private let epoch: Epoch
  private let validation: Validation
  private let resumeFiles: ResumeFiles
  private var saveTimer = SaveTimer()
  /// What a test does where a training can be stopped.
  var beforePause: () throws -> Void = {}

  var configuration: Configuration { training.configuration }

  init(stage: Stage, recorder: Recorder, artifacts: URL, progress: ProgressLines, data: PreparedData) throws {
    let configuration = try Configuration(stage.parameters)
    guard let epochs = stage.epochs, stage.states.count == epochs + 1 else {
      throw InputError("the stage \(stage.hash) isn't a training with its states")
    }
    self.stage = stage
    self.recorder = recorder
    self.artifacts = artifacts
    self.progress = progress
    self.epochs = epochs
    Runtime.threads = configuration.training.threads
    training = try Training(configuration, classNames: data.classNames)
    let schedule = NoiseSchedule(configuration.diffusion)
    let prediction = Prediction(configuration.diffusion.prediction)
    epoch = Epoch(data, configuration, schedule, prediction)
    validation = Validation(data, schedule, prediction, seed: configuration.data.seed)
    resumeFiles = ResumeFiles(stage: stage.hash, in: artifacts, keep: configuration.training.keep.last)
  }

  func run() throws {
    let counts = training.denoiser.parameterCounts.map { ("parameters.\($0.part.rawValue)", Value.int($0.count)) }
    try recorder.environment(Dictionary(uniqueKeysWithValues: counts))
    try resume()
    while training.progress.epochs < epochs, !training.progress.hasEnded {
      if !training.progress.hasBegunEpoch { try beginEpoch() }
      try runEpoch()
      try endEpoch()
    }
    try resumeFiles.removeAll()
  }

  private func runEpoch() throws {
    let k = training.progress.epochs
    var tally = training.progress.tally
    do {
      try epoch.run(training.setting, training.denoiser, training.update, &tally) { step, tally in
        training.progress.tally = tally
        progress.step(
          stage, epoch: k, step, loss: configuration.training.loss == .l1 ? step.losses.l1 : step.losses.mse)
        if step.number < step.count { try pause() }
      }
    } catch let divergence as Divergence {
      try recordDivergence(divergence)
      throw divergence
    }
  }

  private func endEpoch() throws {
    let k = training.progress.epochs
    let start = ContinuousClock.now
    progress.phase("validation", of: stage, epoch: k)
    let held = try validation(training.denoiser, shouldStop: stopWhereAsked)
    let averaged = try training.update.average.map { average in
      try average.withAveragedWeights { try validation(training.denoiser, shouldStop: stopWhereAsked) }
    }
    let tally = training.progress.tally
    let rate = Double(tally.losses.all.count) / tally.seconds
    let result = EpochResult(
      train: tally.losses, validation: held, averaged: averaged,
      seconds: tally.seconds + (ContinuousClock.now - start) / .seconds(1), picturesPerSecond: rate)
    let changes = training.finishEpoch(result)
    try record(result, tally, changes, of: k)
    progress.epochDone(stage, epoch: k, train: tally.losses, validation: held, rate)
    try pause()
  }

  // MARK: Stopping and going on

  /// Between two steps: saves where that is due, or where somebody asks for an end.
  private func pause() throws {
    try beforePause()
    if Interruption.isAsked { try save() } else if saveTimer.isDue { try save() }
    try Interruption.check()
  }

  private func stopWhereAsked() throws {
    guard Interruption.isAsked else { return }
    try save()
    try Interruption.check()
  }

  func save() throws {
    guard training.progress.epochs < epochs, !training.progress.hasEnded else { return }
    try saveTimer.measure { try resumeFiles.write(training, state: stage.states[training.progress.epochs]) }
  }

  private func resume() throws {
    let file = try resumeFiles.last { url, reason in
      try recorder.event(
        "checkpoint.refused", epoch: 0, payload: ["file": .string(url.lastPathComponent), "reason": .string(reason)])
      FileHandle.standardError.write(Data("\(url.path) \(reason); an earlier state is tried\n".utf8))
    }
    guard let file else { return }
    try training.load(file)
    let k = training.progress.epochs
    try recorder.record(
      [.event(type: "resumed", epoch: k, payload: ["step": .int(training.progress.tally.steps)])]
        + training.progress.events.map {
          .event(type: $0.type, epoch: k, payload: (try? Value(json: $0.payload)) ?? .null)
        })
  }
}
