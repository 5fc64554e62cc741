import Randomness

/// A 16 × 16 RGB picture on white.
struct Sprite: Equatable {
  static let size = 16

  /// Rows × columns × 3.
  private(set) var pixels = [UInt8](repeating: 255, count: size * size * 3)

  mutating func set(_ row: Int, _ column: Int, _ color: Color) {
    pixels.replaceSubrange(3 * (row * Self.size + column)..<3 * (row * Self.size + column) + 3, with: color.bytes)
  }

  static func isCorner(_ row: Int, _ column: Int) -> Bool {
    (row == 0 || row == size - 1) && (column == 0 || column == size - 1)
  }

  /// The pixels of the sprite enlarged a whole number of times.
  func resized(toMultiple factor: Int) -> [UInt8] {
    if factor == 1 { return pixels }
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count * factor * factor)
    for row in 0..<Self.size * factor {
      for column in 0..<Self.size * factor {
        let start = 3 * (row / factor * Self.size + column / factor)
        result += pixels[start..<start + 3]
      }
    }
    return result
  }
}

extension Sprite {
  /// The sprite at `index` of its class, which depends on no other sprite and not on how many there are: the share
  /// `duplicates` of indices, evenly spread, stand for the sprite of a lower one, and the share `bad` of the sprites
  /// that are left, evenly spread, is spoilt.
  static func draw(_ spriteClass: SpriteClass, index: Int, seed: Int, bad: Double, duplicates: Double) -> Sprite {
    let original = original(of: index, spriteClass, seed: seed, duplicates: duplicates)
    var dice = Dice(RandomStream(seed: seed, purpose: "sprite", name: spriteClass.rawValue), index: original)
    let sprite =
      switch spriteClass {
      case .hero: hero(&dice)
      case .nonHero: monster(&dice)
      case .food: food(&dice)
      case .spell: spell(&dice)
      case .sideFacingHero: sideFacingHero(&dice)
      }
    return steps(original, bad) < steps(original + 1, bad) ? sprite.spoilt(&dice) : sprite
  }

  /// Counting only sprites that are no copies, which of them stands at `index`.
  private static func original(of index: Int, _ spriteClass: SpriteClass, seed: Int, duplicates: Double) -> Int {
    let originalsBefore = index - steps(index, duplicates)
    let isCopy = steps(index, duplicates) < steps(index + 1, duplicates)
    guard isCopy, index > 0 else { return originalsBefore }
    return RandomStream(seed: seed, purpose: "copy", name: spriteClass.rawValue)
      .integer(below: max(originalsBefore, 1), index: index)
  }

  /// How many of the first `count` are taken where a `share` of them is, evenly spread.
  private static func steps(_ count: Int, _ share: Double) -> Int {
    Int((Double(count) * share + 1e-9).rounded(.down))
  }
}
