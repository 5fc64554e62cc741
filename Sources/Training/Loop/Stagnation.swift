import Experiments

/// How long a metric has not improved.
struct Stagnation: Codable, Equatable {
  /// Least value so far; nil before the first.
  private(set) var best: Double?
  /// Epochs in a row that did not fall below it by more than `min_delta`.
  private(set) var waited = 0

  mutating func add(_ value: Double, _ watch: Watch) {
    if best.map({ value < $0 - watch.minDelta }) ?? true {
      best = value
      waited = 0
    } else {
      waited += 1
    }
  }

  func hasStopped(_ watch: Watch) -> Bool { waited >= watch.patience }

  mutating func waitAnew() { waited = 0 }

  /// Why something is done now.
  func reason(_ watch: Watch) -> String {
    let epochs = waited == 1 ? "1 epoch" : "\(waited) epochs"
    return "\(watch.metric?.rawValue ?? "") has not fallen below \(best ?? .nan) for \(epochs)"
  }
}
