import RunStore

extension GridPicture {
  /// The grid in the terminal's own graphics, class names above; nil where it has none, or the pictures don't fit.
  func graphics(for terminal: Terminal) -> [String]? {
    let count = columns.count
    // A gap of one pixel to the right of each cell, and below it.
    let pitch = size + 1
    let cellColumns = max(2, min(16, (terminal.width ?? 80) / count))
    let scale: Int
    switch terminal.graphics {
    case .none: return nil
    case .kitty: scale = max(1, 128 / pitch)
    case .sixel(let cellWidth): scale = cellColumns * cellWidth / pitch
    }
    guard scale > 0 else { return nil }
    let rows = columns.map(\.cells.count).max() ?? 0
    var sheet = RGBPicture(width: count * pitch, height: rows * pitch, filledWith: 255)
    for (column, entry) in columns.enumerated() {
      for (row, cell) in entry.cells.enumerated() where cell.size == size {
        sheet.draw(RGBPicture(width: size, height: size, bytes: cell.rgb), x: column * pitch, y: row * pitch)
      }
    }
    // Enlarged here, because terminals blur what they enlarge.
    let picture = sheet.enlarged(scale)
    switch terminal.graphics {
    case .sixel(let cellWidth):
      let starts = (0..<count).map { ($0 * pitch * scale + cellWidth / 2) / cellWidth }
      return names(at: starts) + [SixelPicture.text(picture)]
    default:
      return names(at: (0..<count).map { $0 * cellColumns })
        + [KittyPicture.text(picture, columns: count * cellColumns)]
    }
  }

  /// Each class's name from its column on, cut before the next one's.
  private func names(at starts: [Int]) -> [String] {
    var line = ""
    for (column, start) in starts.enumerated() {
      line = line.padded(to: start, .left)
      let room = column + 1 < starts.count ? starts[column + 1] - start - 1 : Int.max
      line += columns[column].name.elided(to: room)
    }
    return line.contains { $0 != " " } ? [line.trimmedEnd] : []
  }
}

extension RGBPicture {
  /// Every pixel as a square of `scale` × `scale`.
  func enlarged(_ scale: Int) -> RGBPicture {
    var result = RGBPicture(width: width * scale, height: height * scale, filledWith: 0)
    for y in 0..<result.height {
      for x in 0..<result.width { result[x, y] = self[x / scale, y / scale] }
    }
    return result
  }
}
