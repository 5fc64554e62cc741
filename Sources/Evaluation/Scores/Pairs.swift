import Torch

/// Matrices with a row for each of one sample and a column for each of another, some rows at a time.
enum Pairs {
  /// 32 MiB of float64.
  private static let mostElements = 1 << 22

  /// Calls `body` with each range of rows, as many as fit.
  static func forEachBlock(rows: Int, columns: Int, _ body: (Range<Int>) -> Void) {
    let height = max(1, mostElements / max(1, columns))
    for first in stride(from: 0, to: rows, by: height) { body(first..<min(first + height, rows)) }
  }

  /// |x − y|², never below 0. Shapes: [n, d], [m, d] → [n, m].
  static func squaredDistances(_ x: Tensor, _ y: Tensor) -> Tensor {
    let (xx, yy) = (squaredNorms(x), squaredNorms(y).reshaped([1, y.extent(0)]))
    return (xx + yy - x.linear(y, nil) * 2).clamped(0, .infinity)
  }

  /// As a column: a product, since float64 sums whole numbers exactly. Shape: [n, d] → [n, 1].
  private static func squaredNorms(_ x: Tensor) -> Tensor {
    x.square().linear(.full([1, x.extent(1)], 1, dtype: x.dtype), nil)
  }
}
