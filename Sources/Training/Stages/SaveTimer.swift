/// When the state to resume from is due again: so seldom that saving takes at most a hundredth of the time.
struct SaveTimer {
  private static let least = Duration.seconds(1)
  private static let share = 100

  private var last = ContinuousClock.now
  private var cost = Duration.zero

  var isDue: Bool { ContinuousClock.now - last >= max(Self.least, cost * Self.share) }

  mutating func measure(_ save: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    try save()
    last = .now
    cost = last - start
  }
}
