public import Torch

/// The unbiased estimate of the squared maximum mean discrepancy with the kernel k(x, y) = (xᵀy/d + 1)³ over all pairs
/// (Bińkowski et al. 2018, section 4; Gretton et al. 2012, equation 3).
public struct KernelDistance: Equatable, Sendable {
  public let value: Double
  /// By the jackknife that leaves out one of `blocks` blocks of both samples at a time (Shao & Wu 1989).
  public let standardError: Double

  /// Picture i is in block i mod 20.
  public static let blocks = 20
}

extension KernelDistance {
  /// Shapes: [n, d], [m, d], float64; n and m are at least 20.
  public init(_ x: Tensor, _ y: Tensor) {
    precondition(min(x.extent(0), y.extent(0)) >= Self.blocks, "a block has no picture")
    let (n, m) = (Self.blockSizes(x.extent(0)), Self.blockSizes(y.extent(0)))
    let xx = BlockSums(x, x, withoutDiagonal: true)
    let yy = BlockSums(y, y, withoutDiagonal: true)
    let xy = BlockSums(x, y, withoutDiagonal: false)
    func discrepancy(without block: Int?) -> Double {
      let n = Double(n.reduce(0, +) - (block.map { n[$0] } ?? 0))
      let m = Double(m.reduce(0, +) - (block.map { m[$0] } ?? 0))
      return xx.sum(without: block) / (n * (n - 1)) + yy.sum(without: block) / (m * (m - 1))
        - 2 * xy.sum(without: block) / (n * m)
    }
    value = discrepancy(without: nil)
    let left = (0..<Self.blocks).map { discrepancy(without: $0) }
    let mean = left.reduce(0, +) / Double(left.count)
    let squares = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = (squares * Double(left.count - 1) / Double(left.count)).squareRoot()
  }

  private static func blockSizes(_ count: Int) -> [Int] {
    (0..<blocks).map { (count - $0 + blocks - 1) / blocks }
  }
}

/// The kernel summed over all pairs of a block of one sample and a block of another.
private struct BlockSums {
  private let sums: [Double]
  private let blocks = KernelDistance.blocks

  init(_ x: Tensor, _ y: Tensor, withoutDiagonal: Bool) {
    let (members, others) = (Self.membership(x.extent(0)), Self.membership(y.extent(0)))
    var sums = Tensor.zeros([KernelDistance.blocks, KernelDistance.blocks], dtype: .float64)
    Pairs.forEachBlock(rows: x.extent(0), columns: y.extent(0)) { rows in
      let kernel = Self.kernel(x.narrowed(0, rows).linear(y, nil), x.extent(1))
      let byBlock = kernel.linear(others, nil).permuted([1, 0]).contiguous()
      sums = sums + members.narrowed(1, rows).contiguous().linear(byBlock, nil)
    }
    var values = sums.values(as: Double.self)
    if withoutDiagonal {
      let own = Self.kernel(x.square().rowMeans() * Double(x.extent(1)), x.extent(1)).values(as: Double.self)
      for (index, value) in own.enumerated() {
        let block = index % KernelDistance.blocks
        values[block * KernelDistance.blocks + block] -= value
      }
    }
    self.sums = values
  }

  func sum(without block: Int?) -> Double {
    var sum = 0.0
    for row in 0..<blocks where row != block {
      for column in 0..<blocks where column != block { sum += sums[row * blocks + column] }
    }
    return sum
  }

  private static func kernel(_ products: Tensor, _ d: Int) -> Tensor {
    let base = products / Double(d) + 1
    return base * base * base
  }

  /// 1 where the picture is in the block. Shape: [blocks, count].
  private static func membership(_ count: Int) -> Tensor {
    var values = [Double](repeating: 0, count: KernelDistance.blocks * count)
    for index in 0..<count { values[index % KernelDistance.blocks * count + index] = 1 }
    return Tensor(values, shape: [KernelDistance.blocks, count])
  }
}
