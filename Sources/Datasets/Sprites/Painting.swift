/// A stencil's colours, and how light falls on them.
struct Painting {
  var palette: [Character: Color]
  /// Letters that light does not change, such as eyes.
  var flat: Set<Character> = []
  /// How much lighter upper left edges are than lower right ones, 0…1.
  var relief = 0.22
  /// How dark the outline is beside the colour within it, 0…1; nil: no outline.
  var outline: Double? = 0.3

  /// The sprite on white. The corners stay white.
  func sprite(of stencil: Stencil) -> Sprite {
    var table = [Color?](repeating: nil, count: 256)
    for (letter, color) in palette { table[Int(letter.asciiValue ?? 0)] = color }
    let flatLetters = Set(flat.compactMap(\.asciiValue))
    var sprite = Sprite()
    for row in 0..<Sprite.size {
      for column in 0..<Sprite.size where !Sprite.isCorner(row, column) {
        let letter = stencil[row, column]
        if let color = table[Int(letter)] {
          let light = flatLetters.contains(letter) ? 1 : light(stencil, row, column)
          sprite.set(row, column, color.lit(light))
        } else if let outline, let color = neighbour(stencil, row, column, table) {
          sprite.set(row, column, color.lit(outline).mixed(with: Color(0.08, 0.06, 0.12), 0.5))
        }
      }
    }
    return sprite
  }

  private func light(_ stencil: Stencil, _ row: Int, _ column: Int) -> Double {
    if stencil[row + 1, column] == 0 || stencil[row, column + 1] == 0 { return 1 - relief }
    if stencil[row - 1, column] == 0 || stencil[row, column - 1] == 0 { return 1 + relief }
    return 1
  }

  private func neighbour(_ stencil: Stencil, _ row: Int, _ column: Int, _ table: [Color?]) -> Color? {
    for (down, right) in [(-1, 0), (0, -1), (0, 1), (1, 0)] {
      if let color = table[Int(stencil[row + down, column + right])] { return color }
    }
    return nil
  }
}
