import Experiments

/// Where the time of an attempt at a stage goes, told at its end as part of its environment.
struct TimeSpent {
  enum Part: String {
    /// From the attempt's begin to its first step.
    case start
    /// Waiting for pictures, noise and labels.
    case data
    /// Of training: both passes and the optimizer. Of sampling: all of it.
    case steps
    case validation
    /// Checkpoints, and states to resume from.
    case saving
    /// In the store, and to whoever started the process.
    case recording
  }

  private let begun = ContinuousClock.now
  private var seconds: [Part: Double] = [:]

  mutating func add(_ part: Part, seconds more: Double) { seconds[part, default: 0] += more }

  mutating func add(_ part: Part, since start: ContinuousClock.Instant) {
    add(part, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// Ends the start, unless it has ended before.
  mutating func endStart() {
    if seconds[.start] == nil { add(.start, since: begun) }
  }

  /// `seconds.train.start` and so on: a run's stages tell theirs side by side.
  func environment(of kind: StageKind) -> [String: Value] {
    Dictionary(uniqueKeysWithValues: seconds.map { ("seconds.\(kind.rawValue).\($0.key.rawValue)", .double($0.value)) })
  }
}
