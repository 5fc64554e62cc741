import Foundation

/// What acts in each epoch of a training, so that two trainings share every state up to the first epoch in which they
/// differ.
///
/// Where an epoch decides by a metric, the rule stands for what it decides: the metric follows from the states before.
struct EpochSettings {
  private let configuration: Configuration
  private let parameters: Parameters

  init(_ configuration: Configuration, _ parameters: Parameters) {
    self.configuration = configuration
    self.parameters = parameters
  }

  /// All in which one epoch of the same training can differ from another.
  struct Phase: Hashable {
    enum Warmup: Hashable {
      /// No warm-up, or a metric ends it.
      case always
      case warm
      case frozen
      case unfrozen
    }

    var warmup: Warmup
    /// Where steps down lead to it.
    var learningRate: Double?
    /// The learning rate still rises.
    var isRising: Bool
  }

  func phase(_ epoch: Int) -> Phase {
    let schedule = configuration.training.schedule
    let steps = schedule.kind == .step ? epoch / schedule.stepEpochs : 0
    return Phase(
      warmup: warmup(epoch), learningRate: steps > 0 ? steppedRate(steps) : nil,
      isRising: Double(epoch) < schedule.warmupEpochs)
  }

  private func warmup(_ epoch: Int) -> Phase.Warmup {
    let warmup = configuration.conditioning.warmup
    guard configuration.conditioning.hasWarmup, warmup.watch.metric == nil, let first = warmup.epochs else {
      return .always
    }
    if epoch < first { return .warm }
    return warmup.frozenEpochs.map { epoch - first >= $0 } ?? false ? .unfrozen : .frozen
  }

  /// As the training multiplies it, so that equal rates have equal names.
  private func steppedRate(_ steps: Int) -> Double {
    let training = configuration.training
    return training.learningRate * pow(training.schedule.factor, Double(steps))
  }

  /// JSON with sorted keys.
  func json(of phase: Phase) -> String {
    var parameters = parameters
    if phase.warmup == .warm { parameters["conditioning.label_keep"] = 1.0 }
    if let rate = phase.learningRate { parameters["training.learning_rate"] = .double(rate) }
    guard case .map(let settings) = Identity.settings(.epoch, of: parameters) else { return "" }
    let entries = settings + frozen(phase) + course(phase)
    return Value.map(entries.sorted { $0.key < $1.key }).json
  }

  private func frozen(_ phase: Phase) -> [Value.Entry] {
    guard phase.warmup == .frozen else { return [] }
    let warmup = configuration.conditioning.warmup
    let parts = Value.list(Set(warmup.parts.map(\.rawValue)).sorted().map(Value.string))
    var entries = [Value.Entry("conditioning.frozen", parts == ["label"] ? true : parts)]
    if !warmup.frozenDropout { entries.append(Value.Entry("conditioning.frozen_dropout", false)) }
    return entries
  }

  /// The rules that act in every epoch.
  private func course(_ phase: Phase) -> [Value.Entry] {
    let training = configuration.training
    var blocks: [String] = []
    if configuration.conditioning.hasWarmup, phase.warmup == .always { blocks.append("conditioning.warmup.") }
    if training.earlyStopping.metric != nil { blocks.append("training.early_stopping.") }
    switch training.schedule.kind {
    case .constant, .step: if phase.isRising { blocks.append("training.schedule.warmup_epochs") }
    case .linear, .cosine, .plateau: blocks.append("training.schedule.")
    }
    guard !blocks.isEmpty, case .map(let all) = Identity.settings(.course, of: parameters) else { return [] }
    var entries = all.filter { entry in blocks.contains { entry.key.hasPrefix($0) } }
    if training.schedule.kind == .linear || training.schedule.kind == .cosine {
      entries.append(Value.Entry("training.epochs", .int(training.epochs)))
    }
    return entries
  }
}
