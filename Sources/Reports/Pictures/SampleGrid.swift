/// A sample grid in a terminal: a column a class with its name above, a row a noise.
public struct SampleGrid: Sendable {
  public struct Cell: Sendable {
    /// The class, or nil where pictures have none.
    public let labelName: String?
    /// Width and height, in pixels.
    public let size: Int
    /// RGB, `size` × `size` × 3.
    public let pixels: [UInt8]

    public init(labelName: String?, size: Int, pixels: [UInt8]) {
      self.labelName = labelName
      self.size = size
      self.pixels = pixels
    }
  }

  private let columns: [(name: String, cells: [Cell])]
  private let size: Int

  /// Columns by class in the order in which classes come first in `cells`; pictures without classes fill rows of
  /// up to eight. Nil where there are no cells.
  public init?(_ cells: [Cell]) {
    guard let first = cells.first else { return nil }
    size = first.size
    var columns: [(name: String, cells: [Cell])] = []
    if first.labelName == nil {
      let count = min(8, cells.count)
      columns = (0..<count).map { column in
        ("", stride(from: column, to: cells.count, by: count).map { cells[$0] })
      }
    } else {
      for cell in cells {
        let name = cell.labelName ?? ""
        if let index = columns.firstIndex(where: { $0.name == name }) {
          columns[index].cells.append(cell)
        } else {
          columns.append((name, [cell]))
        }
      }
    }
    self.columns = columns
  }

  /// The grid at its own size, or shrunk to the terminal's width.
  public func lines(for terminal: Terminal) -> [String] {
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
        let picture = RGBPicture(width: size, height: size, bytes: cell.pixels)
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
