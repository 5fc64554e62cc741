public import Torch

/// For each of some pictures the nearest of others, by the root mean square difference of their pixels.
public struct NearestNeighbours: Equatable, Sendable {
  /// Levels of 0…255, one a picture.
  public let distances: [Double]
  /// Which of the others, one a picture; the first where several are as near.
  public let indices: [Int]

  /// Both uint8, [n, size, size, 3]; there is at least one other.
  public init(of pictures: Tensor, among others: Tensor) {
    let (rows, columns) = (Self.rows(pictures), Self.rows(others))
    var (distances, indices): ([Double], [Int]) = ([], [])
    Pairs.forEachBlock(rows: rows.extent(0), columns: columns.extent(0)) { range in
      let (nearest, places) = Pairs.squaredDistances(rows.narrowed(0, range), columns).smallest(1)
      distances += nearest.values(as: Double.self).map { ($0 / Double(rows.extent(1))).squareRoot() }
      indices += places.values(as: Int64.self).map(Int.init)
    }
    (self.distances, self.indices) = (distances, indices)
  }

  /// Of the distances; nil where there are none.
  public var median: Double? {
    guard !distances.isEmpty else { return nil }
    let sorted = distances.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Pictures by their distance, the nearest first.
  public func closest(_ count: Int) -> [Int] {
    Array(distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count))
  }

  private static func rows(_ pictures: Tensor) -> Tensor { pictures.reshaped([pictures.extent(0), -1]).to(.float64) }
}
