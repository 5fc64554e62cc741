/// Text as strokes, for pictures that hold no fonts.
struct StrokeFont {
  /// Of the type, in the unit of the paths.
  let size: Double

  /// Hershey's capitals are 21 units high; Helvetica's take 0.72 of the type's size.
  private var unit: Double { size * 0.72 / 21 }
  /// From the middle of a glyph, where Hershey's origin lies, down to the base line.
  private static let baseLine = 9.0

  func width(of text: String) -> Double { text.reduce(0) { $0 + Glyph(of: $1).width * unit } }

  /// Lines that begin at the origin, on the base line, y downwards.
  func paths(of text: String) -> [[Point]] {
    var x = 0.0
    var paths: [[Point]] = []
    for character in text {
      let glyph = Glyph(of: character)
      paths += glyph.paths.map { path in
        path.map { Point((x + $0.x - glyph.left) * unit, ($0.y - Self.baseLine) * unit) }
      }
      x += glyph.width
    }
    return paths
  }

  private struct Glyph {
    var left = 0.0
    var width = 0.0
    var paths: [[Point]] = []

    /// A sign that the font lacks becomes one that it has, or a question mark.
    init(of character: Character) {
      let plain: Character =
        switch character {
        case "–", "−": "-"
        case "×": "x"
        case "…": "."
        case "·": "."
        default: character
        }
      let index = Int(plain.asciiValue ?? 63) - 32
      let signs = Array(HersheySimplex.glyphs[HersheySimplex.glyphs.indices.contains(index) ? index : 31].utf8)
      func place(_ index: Int) -> Double { Double(signs[index]) - 82 }
      left = place(0)
      width = place(1) - left
      var path: [Point] = []
      for index in stride(from: 2, to: signs.count - 1, by: 2) {
        if signs[index] == UInt8(ascii: " "), signs[index + 1] == UInt8(ascii: "R") {
          paths.append(path)
          path = []
        } else {
          path.append(Point(place(index), place(index + 1)))
        }
      }
      paths.append(path)
      paths.removeAll { $0.count < 2 }
    }
  }
}
