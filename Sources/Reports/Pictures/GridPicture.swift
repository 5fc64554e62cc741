public import RunStore

/// A sample grid in a terminal: a column a class with its name above, a row a noise.
public struct GridPicture: Sendable {
  let columns: [(name: String, cells: [GridCell])]
  let size: Int

  /// Columns by class in the order in which classes come first in `cells`; pictures of a single class fill rows of
  /// up to eight. Nil where there are no cells.
  public init?(_ cells: [GridCell]) {
    let cells = cells.sorted { $0.index < $1.index }
    guard let first = cells.first else { return nil }
    size = first.size
    var columns: [(name: String, cells: [GridCell])] = []
    for cell in cells {
      if let index = columns.firstIndex(where: { $0.cells[0].label == cell.label }) {
        columns[index].cells.append(cell)
      } else {
        columns.append((cell.labelName, [cell]))
      }
    }
    if columns.count == 1 {
      let count = min(8, cells.count)
      columns = (0..<count).map { column in
        (column == 0 ? first.labelName : "", stride(from: column, to: cells.count, by: count).map { cells[$0] })
      }
    }
    self.columns = columns
  }

  /// The grid in the terminal's graphics, or in signs at its own size or shrunk to the terminal's width.
  public func lines(for terminal: Terminal) -> [String] {
    if let graphics = graphics(for: terminal) { return graphics }
    let count = columns.count
    let room = max(terminal.width ?? 120, count)
    let wanted = count * size + (count - 1)
    // Cells side by side without a gap are better than shrunk ones.
    let gap = (count * size <= room && wanted > room) || room < 2 * count ? 0 : 1
    let cellSize = cellSize(fitting: (room - gap * (count - 1)) / count)
    let rows = columns.map(\.cells.count).max() ?? 0
    var sheet = RGBPicture(
      width: count * cellSize + (count - 1) * gap, height: rows * cellSize, filledWith: 255)
    for (column, entry) in columns.enumerated() {
      for (row, cell) in entry.cells.enumerated() where cell.size == size {
        let picture = RGBPicture(width: size, height: size, bytes: cell.rgb)
        sheet.draw(
          picture.shrunk(toWidth: cellSize, height: cellSize), x: column * (cellSize + gap), y: row * cellSize)
      }
    }
    let header = columns.enumerated().map { column, entry in
      entry.name.elided(to: cellSize).padded(to: cellSize + (column < count - 1 ? gap : 0), .left)
    }.joined()
    let names = header.contains { $0 != " " } ? [header.trimmedEnd] : []
    return names + HalfBlocks.lines(sheet, colours: terminal.colours)
  }

  /// The largest size up to `room`, but one that divides a cell's evenly where it is not much smaller: it keeps
  /// pixels apart that others blur. Even, so that cells begin with a line.
  private func cellSize(fitting room: Int) -> Int {
    if size <= room { return size }
    for factor in 2...max(2, size) where size % factor == 0 && size / factor <= room {
      if Double(size / factor) >= 0.75 * Double(room) { return size / factor }
      break
    }
    return max(1, room >= 4 ? room - room % 2 : room)
  }
}
