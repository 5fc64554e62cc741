public import Datasets
public import Torch

extension Picture {
  /// Pictures over their neighbours: a row of up to 8 of the former, below it the latter, and so on, enlarged until a
  /// person can see them.
  ///
  /// - Parameters:
  ///   - pictures: uint8, [n, size, size, 3].
  ///   - others: likewise.
  ///   - pairs: indices into both; at least one.
  public static func pairs(_ pictures: Tensor, _ others: Tensor, _ pairs: [(Int, Int)]) -> Picture {
    let columns = min(8, pairs.count)
    let rows = stride(from: 0, to: pairs.count, by: columns).map { Array(pairs[$0..<min($0 + columns, pairs.count)]) }
    let size = pictures.extent(1)
    let blank = Picture(width: size, height: size, red: 255, green: 255, blue: 255)
    let cells = rows.flatMap { row -> [Picture] in
      let rest = [Picture](repeating: blank, count: columns - row.count)
      return row.map { picture(pictures, $0.0) } + rest + row.map { picture(others, $0.1) } + rest
    }
    return sheet(cells, columns: columns, margin: 2, scale: max(1, 64 / size))
  }

  private static func picture(_ pictures: Tensor, _ index: Int) -> Picture {
    Picture(
      width: pictures.extent(2), height: pictures.extent(1),
      pixels: pictures.narrowed(0, index..<index + 1).values(as: UInt8.self))
  }
}
