import Randomness

/// One sprite's draws, one after the other.
struct Dice {
  private let stream: RandomStream
  private let index: Int
  private var drawn = 0

  init(_ stream: RandomStream, index: Int) {
    self.stream = stream
    self.index = index
  }

  /// A number in [low, high).
  mutating func number(_ low: Double, _ high: Double) -> Double {
    defer { drawn += 1 }
    return low + (high - low) * stream.uniform(index: index, element: drawn)
  }

  /// A whole number in 0..<`bound`.
  mutating func below(_ bound: Int) -> Int {
    defer { drawn += 1 }
    return stream.integer(below: bound, index: index, element: drawn)
  }

  mutating func chance(_ probability: Double) -> Bool { number(0, 1) < probability }

  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }
}
