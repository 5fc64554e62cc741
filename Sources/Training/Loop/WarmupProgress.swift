import Experiments

/// Where the warm-up of the conditioning stands.
struct WarmupProgress: Codable, Equatable {
  enum Change: Equatable {
    case freeze(reason: String)
    case unfreeze(reason: String)
  }

  private var stagnation = Stagnation()
  /// The first epoch after the warm-up.
  private var end: Int?
  private(set) var isFrozen = false

  /// Whether labels are all kept still.
  func isWarm(_ conditioning: ConditioningConfiguration) -> Bool { conditioning.hasWarmup && end == nil }

  /// After each epoch of the warm-up.
  mutating func add(_ value: Double, _ warmup: ConditioningConfiguration.Warmup) {
    if end == nil { stagnation.add(value, warmup.watch) }
  }

  /// What changes as an epoch begins, if anything does.
  mutating func begin(epoch: Int, _ conditioning: ConditioningConfiguration) -> Change? {
    let warmup = conditioning.warmup
    guard conditioning.hasWarmup else { return nil }
    guard let end else {
      let metricAgrees = warmup.watch.metric == nil || stagnation.hasStopped(warmup.watch)
      guard metricAgrees, epoch >= warmup.epochs ?? 0 else { return nil }
      self.end = epoch
      isFrozen = true
      return .freeze(
        reason: warmup.watch.metric == nil ? "conditioning.warmup.epochs" : stagnation.reason(warmup.watch))
    }
    guard isFrozen, let epochs = warmup.frozenEpochs, epoch - end >= epochs else { return nil }
    isFrozen = false
    return .unfreeze(reason: "conditioning.warmup.frozen_epochs")
  }
}
