import Experiments
import Foundation
import Torch
import TorchNN

/// A training as it stands: the network, what moves it, and how far it is.
final class Training {
  let configuration: Configuration
  let denoiser: Denoiser
  let update: WeightUpdate
  var progress = TrainingProgress()

  /// Before the first epoch.
  /// - Parameter isBranch: it will `load` another training's state: there is nothing to initialize.
  /// - Throws: what `Denoiser.load(from:classNames:)` throws of the folder of `model.from`.
  init(_ configuration: Configuration, classNames: [String], isBranch: Bool = false) throws {
    self.configuration = configuration
    denoiser = Denoiser(configuration, classes: classNames.count)
    if !isBranch {
      denoiser.initialize(seed: configuration.seed)
      if let folder = configuration.model.from {
        try denoiser.load(from: URL(fileURLWithPath: folder, isDirectory: true), classNames: classNames)
      }
    }
    update = WeightUpdate(denoiser.namedParameters, configuration.training)
  }

  private var frozenParts: [String] { configuration.conditioning.warmup.parts.map(\.rawValue) }

  var frozenParameters: [(name: String, parameter: Parameter)] { denoiser.parameters(of: frozenParts) }

  /// From now on nothing moves the frozen parts: no gradient reaches them, and the optimizer doesn't know them.
  func freeze() {
    let frozen = frozenParameters
    for (_, parameter) in frozen {
      parameter.value.clearGrad()
      parameter.value.requiresGrad = false
    }
    let names = Set(frozen.map(\.name))
    update.optimizer.drop { names.contains($0) }
  }

  func unfreeze() {
    for (_, parameter) in frozenParameters { parameter.value.requiresGrad = true }
    update.optimizer.add(frozenParameters)
  }

  /// What holds in the epoch under way.
  var setting: Epoch.Setting {
    let (conditioning, training) = (configuration.conditioning, configuration.training)
    let isSilent = progress.warmup.isFrozen && !conditioning.warmup.frozenDropout
    let rate = training.stepSize(stepsDown: progress.stepsDown)
    return Epoch.Setting(
      epoch: progress.epochs, labelKeep: progress.warmup.isWarm(conditioning) ? 1 : conditioning.labelKeep,
      silent: isSilent ? frozenParts : [], learningRate: rate)
  }
}

extension Training {
  private static let optimizerPrefix = "optimizer."

  /// All of it that is tensors: weights under `unet.` and `label.`, averaged ones under `ema.`, what the optimizer
  /// remembers under `optimizer.`.
  var tensors: [String: Tensor] {
    var tensors = denoiser.state
    for (name, tensor) in update.optimizer.state { tensors[Self.optimizerPrefix + name] = tensor }
    for (name, tensor) in update.average?.state ?? [:] { tensors[CheckpointFile.averagePrefix + name] = tensor }
    return tensors
  }

  /// Goes on where the file was written. This training has to be before its first epoch.
  /// - Throws: `StateError` where the file is another network's or another optimizer's.
  func load(_ file: CheckpointFile) throws {
    if file.progress.warmup.isFrozen { freeze() }
    try denoiser.load(file.weights)
    try update.optimizer.load(file.tensors(under: Self.optimizerPrefix))
    try update.average?.load(file.tensors(under: CheckpointFile.averagePrefix))
    progress = file.progress
  }
}

extension TrainingConfiguration {
  /// The learning rate by progress, after so many steps down by a plateau.
  func stepSize(stepsDown: Int) -> (_ progress: Double) -> Double {
    let kind: LearningRateSchedule.Kind =
      switch schedule.kind {
      case .constant, .plateau: .constant
      case .linear: .linear(final: schedule.final)
      case .cosine: .cosine(final: schedule.final)
      case .step: .step(epochs: Double(schedule.stepEpochs), factor: schedule.factor)
      }
    let rates = LearningRateSchedule(kind, warmupEpochs: schedule.warmupEpochs)
    let base = (0..<stepsDown).reduce(learningRate) { rate, _ in rate * schedule.factor }
    return { rates.rate(base: base, progress: $0, totalEpochs: Double(epochs)) }
  }
}
