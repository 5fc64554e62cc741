extension Sprite {
  /// Spoilt so that a filter on white pixels and corners finds it: a filled background, noise all over, or filled
  /// corners.
  func spoilt(_ dice: inout Dice) -> Sprite {
    let kind = dice.below(3)
    let color = Color(hue: dice.number(0, 1), saturation: dice.number(0.2, 0.9), value: dice.number(0.2, 0.9))
    var result = self
    for row in 0..<Self.size {
      for column in 0..<Self.size {
        let start = 3 * (row * Self.size + column)
        let isWhite = pixels[start..<start + 3].allSatisfy { $0 == 255 }
        switch kind {
        case 0 where isWhite: result.set(row, column, color)
        case 1 where isWhite || dice.chance(0.3):
          result.set(row, column, Color(dice.number(0, 0.99), dice.number(0, 1), dice.number(0, 1)))
        case 2 where min(row, Self.size - 1 - row) + min(column, Self.size - 1 - column) < 3:
          result.set(row, column, color.lit(dice.number(0.8, 1)))
        default: break
        }
      }
    }
    return result
  }
}
