/// How long to wait from one look to the next: the longer, the longer nothing has changed.
struct LookPace {
  private static let shortest = 0.5
  private static let longest = 2.0

  private(set) var seconds = shortest

  mutating func looked(hasChanged: Bool) {
    seconds = hasChanged ? Self.shortest : min(2 * seconds, Self.longest)
  }
}
