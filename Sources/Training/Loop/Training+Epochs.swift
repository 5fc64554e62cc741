import Crypto
import Experiments
import Files
import Foundation
import Torch
import TorchNN

/// What an epoch came to.
struct EpochResult {
  let train: Losses
  let validation: Losses
  /// Validation with the averaged weights.
  let averaged: Losses?
  let seconds: Double
  let picturesPerSecond: Double

  func value(of metric: WatchedMetric) -> Double {
    switch metric {
    case .trainL1: train.l1
    case .trainMSE: train.mse
    case .validationL1: validation.l1
    case .validationMSE: validation.mse
    case .validationEMAL1: averaged?.l1 ?? .nan
    case .validationEMAMSE: averaged?.mse ?? .nan
    }
  }
}

/// What follows from an epoch's result.
struct EpochChanges {
  /// Why training ends here, where it does before its last epoch.
  var end: String?
  /// The epoch's weights are among the best.
  var isBest = false
  /// Epochs done in the state that fell out of the best.
  var noLongerBest: Int?
}

extension Training {
  typealias Event = (type: String, payload: Value)

  /// Freezes, unfreezes and steps down where that is due.
  /// - Returns: what there is to tell of it.
  func beginEpoch() -> [Event] {
    let conditioning = configuration.conditioning
    let wasWarm = progress.warmup.isWarm(conditioning)
    var events: [Event] = []
    switch progress.warmup.begin(epoch: progress.epochs, conditioning) {
    case .freeze(let reason)?:
      freeze()
      events.append(("warmup.frozen", frozenPayload(reason)))
    case .unfreeze(let reason)?:
      events.append(("warmup.unfrozen", frozenPayload(reason)))
      unfreeze()
    case nil: break
    }
    let isMasked = conditioning.kind != .none && conditioning.labelKeep < 1 && !progress.warmup.isWarm(conditioning)
    if isMasked, wasWarm || progress.epochs == 0 {
      events.append(("label_mask.on", ["label_keep": .double(conditioning.labelKeep)]))
    }
    if let event = learningRateChange() { events.append(event) }
    return events
  }

  /// Where the rate steps down; a rate that changes in every step is told by its metric alone.
  private func learningRateChange() -> Event? {
    let training = configuration.training
    let (kind, k) = (training.schedule.kind, progress.epochs)
    guard k > 0 else { return nil }
    let (before, now): (Double, Double)
    let reason: String
    switch kind {
    case .constant, .linear, .cosine: return nil
    case .step:
      guard k % training.schedule.stepEpochs == 0 else { return nil }
      let rate = training.stepSize(stepsDown: 0)
      (before, now) = (rate(Double(k - 1)), rate(Double(k)))
      reason = "training.schedule.step_epochs"
    case .plateau:
      guard progress.plateau.hasStopped(training.schedule.watch) else { return nil }
      before = training.stepSize(stepsDown: progress.stepsDown)(Double(k))
      reason = progress.plateau.reason(training.schedule.watch)
      progress.stepsDown += 1
      progress.plateau.waitAnew()
      now = training.stepSize(stepsDown: progress.stepsDown)(Double(k))
    }
    return ("learning_rate.changed", ["from": .double(before), "to": .double(now), "reason": .string(reason)])
  }

  /// Takes the result into account, and goes on to the next epoch.
  /// - Parameter lastEpoch: of the stage. Whether training ends early there is for the stages that go on from it to
  ///   find: the state is the same whether there are any or not.
  func finishEpoch(_ result: EpochResult, lastEpoch: Int) -> EpochChanges {
    let training = configuration.training
    if let metric = configuration.conditioning.warmup.watch.metric {
      progress.warmup.add(result.value(of: metric), configuration.conditioning.warmup)
    }
    if training.schedule.kind == .plateau, let metric = training.schedule.watch.metric {
      progress.plateau.add(result.value(of: metric), training.schedule.watch)
    }
    var changes = EpochChanges()
    if let metric = training.earlyStopping.metric {
      progress.stopping.add(result.value(of: metric), training.earlyStopping)
      if progress.epochs < lastEpoch { changes.end = endEarly() }
    }
    progress.epochs += 1
    progress.tally = EpochTally()
    progress.events = []
    progress.hasBegunEpoch = false
    if let metric = training.keep.best { rank(result.value(of: metric), &changes) }
    return changes
  }

  /// Ends training where its metric has stopped improving.
  /// - Returns: why; nil where it goes on, or had ended before.
  func endEarly() -> String? {
    let watch = configuration.training.earlyStopping
    guard watch.metric != nil, !progress.hasEnded, progress.stopping.hasStopped(watch) else { return nil }
    progress.hasEnded = true
    return progress.stopping.reason(watch)
  }

  /// Of equal values the earlier stays.
  private func rank(_ value: Double, _ changes: inout EpochChanges) {
    let place = progress.best.firstIndex { value < $0.value } ?? progress.best.count
    guard place < configuration.training.keep.bestCount else { return }
    progress.best.insert(.init(value: value, epochs: progress.epochs), at: place)
    changes.isBest = true
    if progress.best.count > configuration.training.keep.bestCount {
      changes.noLongerBest = progress.best.removeLast().epochs
    }
  }

  private func frozenPayload(_ reason: String) -> Value {
    let frozen = frozenParameters
    return [
      "parameters": .list(frozen.map { .string($0.name) }),
      "count": .int(frozen.reduce(0) { $0 + $1.parameter.value.count }), "sha256": .string(frozenDigest),
      "reason": .string(reason),
    ]
  }

  /// Names the values of the frozen parameters, so that anyone can see later that they didn't move.
  var frozenDigest: String {
    var hash = SHA256()
    for (_, parameter) in frozenParameters.sorted(by: { $0.name < $1.name }) {
      parameter.value.values().withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().hexadecimal
  }
}
