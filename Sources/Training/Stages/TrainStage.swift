import Diffusion
import Experiments
import Files
import Foundation
import RunStore
import Torch
import TorchNN

/// Trains through every epoch of the stage, from its first state or from where an earlier attempt was stopped, and keeps
/// the states that are asked for.
final class TrainStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines
  let training: Training
  private let epochs: Range<Int>
  private let origin: () throws -> CheckpointFile
  private let epoch: Epoch
  /// How often an epoch draws each class.
  private let classShares: Value
  private let validation: Validation
  private let resumeFiles: ResumeFiles
  private var saveTimer = SaveTimer()
  private var time: TimeSpent
  /// Throws where work should stop; asked between steps and within validation.
  var interruption: () throws -> Void = Interruption.check

  var configuration: Configuration { training.configuration }

  /// - Parameter origin: gives the state that the stage starts from; asked where that is no initial one.
  init(
    stage: Stage, recorder: Recorder, artifacts: URL, progress: ProgressLines, data: PreparedData,
    time: TimeSpent = TimeSpent(), origin: @escaping () throws -> CheckpointFile
  ) throws {
    let configuration = try Configuration(stage.parameters)
    guard stage.kind == .train, !stage.trained.isEmpty else {
      throw InputError("the stage \(stage.hash) isn't a training with its states")
    }
    self.stage = stage
    self.recorder = recorder
    self.artifacts = artifacts
    self.progress = progress
    self.time = time
    self.origin = origin
    epochs = stage.trained
    Runtime.threads = configuration.training.threads
    training = try Training(
      configuration, classNames: data.classNames, isBranch: stage.trained.lowerBound > 0)
    let schedule = NoiseSchedule(configuration.diffusion)
    let prediction = Prediction(configuration.diffusion.prediction)
    epoch = Epoch(data, configuration, schedule, prediction)
    classShares = data.classShares(configuration.data.balance)
    validation = Validation(data, schedule, prediction, seed: configuration.data.seed)
    resumeFiles = ResumeFiles(stage: stage.hash, in: artifacts, keep: configuration.training.keep.last)
  }

  func run() throws {
    let counts = training.denoiser.parameterCounts.map { ("parameters.\($0.part.rawValue)", Value.int($0.count)) }
    try recorder.environment(Dictionary(uniqueKeysWithValues: counts + [("data.class_shares", classShares)]))
    if try !resume(), epochs.lowerBound > 0 { try branch() }
    time.endStart()
    while training.progress.epochs < epochs.upperBound, !training.progress.hasEnded {
      if !training.progress.hasBegunEpoch { try spending(.recording, beginEpoch) }
      try runEpoch()
      try endEpoch()
    }
    try spending(.saving, resumeFiles.removeAll)
    try recorder.environment(time.environment(of: stage.kind))
  }

  private func runEpoch() throws {
    let k = training.progress.epochs
    var tally = training.progress.tally
    var last = ContinuousClock.now
    do {
      try epoch.run(training.setting, training.denoiser, training.update, &tally) { step, tally in
        time.add(.data, seconds: step.dataSeconds)
        time.add(.steps, seconds: (ContinuousClock.now - last) / .seconds(1) - step.dataSeconds)
        training.progress.tally = tally
        spending(.recording) {
          progress.step(
            stage, epoch: k, step, loss: configuration.training.loss == .l1 ? step.losses.l1 : step.losses.mse)
        }
        if step.number < step.count { try pause() }
        last = .now
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
    let (held, averaged) = try spending(.validation, validate)
    let tally = training.progress.tally
    let rate = Double(tally.losses.all.count) / tally.seconds
    let result = EpochResult(
      train: tally.losses, validation: held, averaged: averaged,
      seconds: tally.seconds + (ContinuousClock.now - start) / .seconds(1), picturesPerSecond: rate)
    let changes = training.finishEpoch(result, lastEpoch: epochs.upperBound - 1)
    try record(result, tally, changes, of: k)
    progress.epochDone(stage, epoch: k, train: tally.losses, validation: held, rate)
    try pause()
  }

  /// With the weights, and with the averaged ones where there are any.
  private func validate() throws -> (Losses, averaged: Losses?) {
    func losses() throws -> Losses { try validation(training.denoiser, shouldStop: interruption) }
    return try savingWhereStopped {
      (try losses(), try training.update.average.map { try $0.withAveragedWeights(losses) })
    }
  }

  // MARK: Stopping and going on

  /// Between two steps: saves where that is due, or where somebody asks for an end.
  private func pause() throws {
    try savingWhereStopped(interruption)
    if saveTimer.isDue { try save() }
  }

  func spending<Result>(_ part: TimeSpent.Part, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { time.add(part, since: start) }
    return try body()
  }

  /// Runs `body`; where it is stopped from outside, the training's own weights are back in their place by then.
  private func savingWhereStopped<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let stop as Interruption.Stopped {
      try save()
      throw stop
    }
  }

  private func save() throws {
    guard training.progress.epochs < epochs.upperBound, !training.progress.hasEnded else { return }
    try spending(.saving) {
      try saveTimer.measure { try resumeFiles.write(training, state: stage.state(after: training.progress.epochs)) }
    }
  }

  /// Goes on from the state in which another training was. Where that ended early, so does this one.
  private func branch() throws {
    try training.load(try origin())
    let end = training.endEarly()
    guard training.progress.hasEnded else { return }
    try recordEnd(end)
  }

  /// - Returns: whether there was an unfinished attempt to go on with.
  private func resume() throws -> Bool {
    var refused: [Value] = []
    let file = try resumeFiles.last { url, reason in
      refused.append(["file": .string(url.lastPathComponent), "reason": .string(reason)])
      FileHandle.standardError.tell("\(url.path) \(reason); an earlier state is tried\n")
    }
    if let file { try training.load(file) }
    // Told of the first epoch that is done again: what is told of an epoch takes the place of what was told before.
    let k = max(training.progress.epochs, epochs.lowerBound)
    var records: [Record.Content] = refused.map { .event(type: "checkpoint.refused", epoch: k, payload: $0) }
    if file != nil {
      records.append(.event(type: "resumed", epoch: k, payload: ["step": .int(training.progress.tally.steps)]))
      records += training.progress.events.map {
        .event(type: $0.type, epoch: k, payload: (try? Value(json: $0.payload)) ?? .null)
      }
    }
    try recorder.record(records)
    return file != nil
  }
}
