import Crypto
import Diffusion
import Experiments
import Foundation
import RunStore
import Torch
import TorchNN

/// Trains from the initial weights through every epoch of the stage, and keeps the states that are asked for.
struct TrainStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines
  let data: PreparedData

  func run() throws {
    let configuration = try Configuration(stage.parameters)
    guard let epochs = stage.epochs, stage.states.count == epochs + 1 else {
      throw InputError("the stage \(stage.hash) isn't a training with its states")
    }
    Runtime.threads = configuration.training.threads
    let denoiser = Denoiser(configuration, classes: data.classNames.count)
    denoiser.initialize(seed: configuration.seed)
    if let folder = configuration.model.from {
      try denoiser.load(from: URL(fileURLWithPath: folder, isDirectory: true), classNames: data.classNames)
    }
    let training = configuration.training
    let optimizer = Adam(
      denoiser.namedParameters,
      .init(
        betas: (training.betas[0], training.betas[1]), epsilon: training.epsilon, weightDecay: training.weightDecay,
        decoupled: training.optimizer == .adamw))
    let schedule = NoiseSchedule(configuration.diffusion)
    let prediction = Prediction(configuration.diffusion.prediction)
    let epoch = Epoch(data, configuration, schedule, prediction)
    let validation = Validation(data, schedule, prediction, seed: configuration.data.seed)
    let warmup = configuration.conditioning.hasWarmup ? configuration.conditioning.warmup.epochs : nil

    try recorder.environment(
      Dictionary(
        uniqueKeysWithValues: denoiser.parameterCounts.map { ("parameters.\($0.part.rawValue)", .int($0.count)) }))
    for k in 0..<epochs {
      let start = ContinuousClock.now
      let isWarm = warmup.map { k < $0 } ?? false
      let labelKeep = isWarm ? 1 : configuration.conditioning.labelKeep
      var events: [Record.Content] = []
      if let warmup, k == warmup { events.append(freeze(denoiser, optimizer, epoch: k)) }
      if labelKeep < 1, k == warmup ?? 0 {
        events.append(.event(type: "label_mask.on", epoch: k, payload: ["label_keep": .double(labelKeep)]))
      }
      if !events.isEmpty { try recorder.record(events) }

      let train: Losses
      var rate = 0.0
      do {
        train = try epoch.run(
          k, denoiser, optimizer, learningRate: training.learningRate, labelKeep: labelKeep
        ) { step in
          try Interruption.check()
          rate = step.picturesPerSecond
          progress.step(stage, epoch: k, step, loss: training.loss == .l1 ? step.losses.l1 : step.losses.mse)
        }
      } catch let divergence as Divergence {
        try recorder.event(
          "diverged", epoch: k,
          payload: [
            "step": .int(divergence.step), "l1": .string("\(divergence.l1)"), "mse": .string("\(divergence.mse)"),
          ])
        throw divergence
      }
      progress.phase("validation", of: stage, epoch: k)
      let held = try validation(denoiser) { try Interruption.check() }

      func metric(_ key: String, _ value: Double) -> Record.Content { .metric(key: key, step: k, value: value) }
      var records = [
        metric("train.l1", train.l1), metric("train.mse", train.mse), metric("validation.l1", held.l1),
        metric("validation.mse", held.mse), metric("learning_rate", training.learningRate),
        metric("epoch.seconds", (ContinuousClock.now - start) / .seconds(1)), metric("epoch.pictures_per_second", rate),
      ]
      if stage.keep.contains(k + 1) {
        let checkpoint = try CheckpointFile.write(
          denoiser, optimizer, state: stage.states[k + 1], epochs: k + 1, in: artifacts)
        records += [
          .checkpoint(checkpoint),
          .event(
            type: "checkpoint.saved", epoch: k,
            payload: ["state": .string(checkpoint.state), "bytes": .int(checkpoint.bytes)]),
        ]
      }
      try recorder.record(records)
      progress.epochDone(stage, epoch: k, train: train, validation: held, rate)
    }
  }

  /// From now on nothing moves the embedding net: no gradient reaches it, and the optimizer doesn't know it.
  private func freeze(_ denoiser: Denoiser, _ optimizer: Adam, epoch: Int) -> Record.Content {
    let prefix = "\(Denoiser.Part.label.rawValue)."
    denoiser.freezeLabel()
    optimizer.drop { $0.hasPrefix(prefix) }
    let frozen = denoiser.namedParameters.filter { $0.name.hasPrefix(prefix) }
    return .event(
      type: "warmup.frozen", epoch: epoch,
      payload: [
        "parameters": .list(frozen.map { .string($0.name) }),
        "count": .int(frozen.reduce(0) { $0 + $1.parameter.value.count }), "sha256": .string(digest(frozen)),
        "reason": .string("conditioning.warmup.epochs"),
      ])
  }

  /// Names the values of the frozen parameters, so that anyone can see later that they didn't move.
  private func digest(_ parameters: [(name: String, parameter: Parameter)]) -> String {
    let bytes = parameters.sorted { $0.name < $1.name }.flatMap { $0.parameter.value.values() }
    return hexDigest(bytes.withUnsafeBytes { Data($0) })
  }
}
