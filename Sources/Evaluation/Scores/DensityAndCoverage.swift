public import Torch

/// How densely generated pictures lie where reference pictures lie, and how many of those have one near them (Naeem et
/// al. 2020, equations 3 and 4). Near means: nearer than the reference picture's own 5th nearest neighbour.
public struct DensityAndCoverage: Equatable, Sendable {
  /// 0 or more; about 1 where both samples are of one distribution.
  public let density: Double
  /// 0…1; it grows with the number of generated pictures.
  public let coverage: Double

  /// k.
  public static let neighbours = 5

  /// Shapes: [n, d], [m, d], float64; there are at least 6 reference pictures.
  public init(generated: Tensor, reference: Tensor) {
    let (n, m) = (generated.extent(0), reference.extent(0))
    var (near, covered) = (0, 0)
    Pairs.forEachBlock(rows: m, columns: max(n, m)) { rows in
      let own = reference.narrowed(0, rows)
      // The nearest of all is the picture itself.
      let radii = Pairs.squaredDistances(own, reference).smallest(Self.neighbours + 1).values
        .narrowed(1, Self.neighbours..<Self.neighbours + 1).values(as: Double.self)
      let distances = Pairs.squaredDistances(own, generated).values(as: Double.self)
      for (row, radius) in radii.enumerated() {
        let inside = distances[row * n..<(row + 1) * n].count { $0 < radius }
        near += inside
        covered += inside > 0 ? 1 : 0
      }
    }
    density = Double(near) / Double(Self.neighbours * n)
    coverage = Double(covered) / Double(m)
  }
}
