/// 16 × 16 cells, each empty or a letter that a palette gives a colour to.
struct Stencil {
  /// Row after row; 0 is empty.
  private(set) var cells = [UInt8](repeating: 0, count: Sprite.size * Sprite.size)

  /// Rows of letters from the row `top` on, `.` for empty. A text of 8 columns is the left half of a symmetric picture.
  init(_ text: String, top: Int = 0) {
    for (row, line) in text.split(separator: "\n").enumerated() {
      let letters = Array(line.utf8).map { $0 == UInt8(ascii: ".") ? 0 : $0 }
      let isHalf = letters.count == Sprite.size / 2
      precondition(isHalf || letters.count == Sprite.size, "a stencil's line has 8 or 16 letters: '\(line)'")
      let whole = isHalf ? letters + letters.reversed() : letters
      for (column, letter) in whole.enumerated() { self[top + row, column] = letter }
    }
  }

  init() {}

  subscript(row: Int, column: Int) -> UInt8 {
    get { Self.isInside(row, column) ? cells[row * Sprite.size + column] : 0 }
    set { if Self.isInside(row, column) { cells[row * Sprite.size + column] = newValue } }
  }

  static func isInside(_ row: Int, _ column: Int) -> Bool {
    (0..<Sprite.size).contains(row) && (0..<Sprite.size).contains(column)
  }

  /// Lays another stencil over this one.
  mutating func lay(_ other: Stencil, down: Int = 0, right: Int = 0) {
    for row in 0..<Sprite.size {
      for column in 0..<Sprite.size where other[row, column] != 0 {
        self[row + down, column + right] = other[row, column]
      }
    }
  }

  mutating func replace(_ letter: Character, by other: Character) {
    guard let letter = letter.asciiValue, let other = other.asciiValue else { return }
    for cell in cells.indices where cells[cell] == letter { cells[cell] = other }
  }

  var flipped: Stencil {
    var result = Stencil()
    for row in 0..<Sprite.size {
      for column in 0..<Sprite.size { result[row, column] = self[row, Sprite.size - 1 - column] }
    }
    return result
  }
}
