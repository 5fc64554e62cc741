/// The additive model y = μ_group + β_block + ε by least squares, where cells may be missing (the intra-block analysis of
/// an incomplete block design, Scheffé 1959, § 5.2).
///
/// Cells that no chain of common blocks joins are fitted apart, and are not compared.
struct TwoWayFit {
  struct Cell {
    let group: Int
    let block: Int
    let value: Double
  }

  /// Σ of squared residuals.
  private(set) var residualSum = 0.0
  /// Cells less fitted effects.
  private(set) var degreesOfFreedom = 0
  /// Of each group: Σ of its squared residuals, and how many cells they are of.
  private(set) var residuals: [(sum: Double, count: Int)]
  private var components: [ConnectedFit] = []
  /// In which of the components a group lies; nil: it shares no block with another.
  private var component: [Int?]

  /// - Parameter cells: at most one a group and block, all finite.
  init(_ cells: [Cell], groups: Int) {
    residuals = Array(repeating: (0, 0), count: groups)
    component = Array(repeating: nil, count: groups)
    // A block with one cell says nothing of differences.
    let sizes = cells.reduce(into: [:]) { $0[$1.block, default: 0] += 1 }
    let useful = cells.filter { sizes[$0.block, default: 0] > 1 }
    for part in Self.connected(useful, groups: groups) {
      let fit = ConnectedFit(part)
      for group in fit.groups { component[group] = components.count }
      components.append(fit)
      degreesOfFreedom += part.count - fit.groups.count - fit.blocks.count + 1
      for (cell, residual) in zip(part, fit.residuals) {
        residualSum += residual * residual
        residuals[cell.group].sum += residual * residual
        residuals[cell.group].count += 1
      }
    }
  }

  /// Of the variance of one cell; nil where nothing is left to estimate it from.
  var meanSquare: Double? { degreesOfFreedom > 0 ? residualSum / Double(degreesOfFreedom) : nil }

  /// μ_`group` − μ_`other`, and its variance in units of a cell's; nil where no chain of blocks joins them.
  func difference(_ group: Int, _ other: Int) -> (mean: Double, variance: Double)? {
    guard let index = component[group], index == component[other] else { return nil }
    return components[index].difference(group, other)
  }

  private static func connected(_ cells: [Cell], groups: Int) -> [[Cell]] {
    var sets = DisjointSets(count: groups)
    var first: [Int: Int] = [:]
    for cell in cells {
      if let other = first[cell.block] { sets.join(cell.group, other) } else { first[cell.block] = cell.group }
    }
    var parts: [Int: [Cell]] = [:]
    for cell in cells { parts[sets.root(of: cell.group), default: []].append(cell) }
    return parts.sorted { $0.key < $1.key }.map(\.value)
  }
}

/// The fit of cells that hang together.
private struct ConnectedFit {
  let groups: [Int]
  let blocks: [Int]
  /// Of the cells, in their order.
  let residuals: [Double]
  private let position: [Int: Int]
  private let effects: [Double]
  private let counts: [Double]
  private let covariance: Covariance

  /// What a difference's variance comes from.
  private enum Covariance {
    /// Every group has every block.
    case complete
    /// Groups were solved for.
    case groups(CholeskyFactor)
    /// Blocks were; the share of each in each group's cells.
    case blocks(CholeskyFactor, shares: [[Double]])
  }

  init(_ cells: [TwoWayFit.Cell]) {
    let groups = Set(cells.map(\.group)).sorted()
    let blocks = Set(cells.map(\.block)).sorted()
    let groupPosition = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
    let blockPosition = Dictionary(uniqueKeysWithValues: blocks.enumerated().map { ($1, $0) })
    let places = cells.map { (groupPosition[$0.group] ?? 0, blockPosition[$0.block] ?? 0, $0.value) }
    let isComplete = cells.count == groups.count * blocks.count
    let byGroups = groups.count <= blocks.count
    let counted = Margins(places.map { ($0.0, $0.2) }, count: groups.count)

    // Solved for the fewer; the others' effects are then means of what is left.
    let solved = byGroups ? groups.count : blocks.count
    let others = byGroups ? blocks.count : groups.count
    let cellsBySolved = places.map { byGroups ? ($0.0, $0.1, $0.2) : ($0.1, $0.0, $0.2) }
    let otherMeans = Margins(cellsBySolved.map { ($0.1, $0.2) }, count: others)
    var factor: CholeskyFactor?
    let solution: [Double]
    let right = Margins(cellsBySolved.map { ($0.0, $0.2 - otherMeans.means[$0.1]) }, count: solved)
    if isComplete {
      solution = right.means
    } else {
      let matrix = Self.reducedMatrix(cellsBySolved.map { ($0.0, $0.1) }, solved: solved, others: otherMeans.counts)
      let cholesky = CholeskyFactor(matrix)
      solution = cholesky.solve(right.sums)
      factor = cholesky
    }
    let rest = Margins(cellsBySolved.map { ($0.1, $0.2 - solution[$0.0]) }, count: others)
    residuals = cellsBySolved.map { $0.2 - solution[$0.0] - rest.means[$0.1] }
    effects = byGroups ? solution : rest.means
    counts = counted.counts
    (self.groups, self.blocks, position) = (groups, blocks, groupPosition)
    switch factor {
    case nil: covariance = .complete
    case let factor? where byGroups: covariance = .groups(factor)
    case let factor?:
      var shares = Array(repeating: Array(repeating: 0.0, count: blocks.count), count: groups.count)
      for place in places { shares[place.0][place.1] = 1 / counted.counts[place.0] }
      covariance = .blocks(factor, shares: shares)
    }
  }

  func difference(_ group: Int, _ other: Int) -> (mean: Double, variance: Double)? {
    guard let first = position[group], let second = position[other] else { return nil }
    let direct = 1 / counts[first] + 1 / counts[second]
    let variance: Double
    switch covariance {
    case .complete: variance = direct
    case .groups(let factor):
      var contrast = Array(repeating: 0.0, count: groups.count)
      contrast[first] = 1
      contrast[second] = -1
      variance = factor.quadraticForm(contrast)
    case .blocks(let factor, let shares):
      variance = direct + factor.quadraticForm(zip(shares[first], shares[second]).map { $0 - $1 })
    }
    return (effects[first] - effects[second], variance)
  }

  /// diag(k) − N diag(1/r) Nᵀ, singular along the constants, which are made to cost 1 so that it can be inverted: no
  /// difference hangs on them.
  private static func reducedMatrix(_ cells: [(Int, Int)], solved: Int, others: [Double]) -> [[Double]] {
    var matrix = Array(repeating: Array(repeating: 1 / Double(solved), count: solved), count: solved)
    var members = Array(repeating: [Int](), count: others.count)
    for (own, other) in cells {
      matrix[own][own] += 1
      members[other].append(own)
    }
    for (other, group) in members.enumerated() {
      for first in group {
        for second in group { matrix[first][second] -= 1 / others[other] }
      }
    }
    return matrix
  }
}

/// Sums, counts and means of values by index.
private struct Margins {
  private(set) var sums: [Double]
  private(set) var counts: [Double]

  init(_ values: [(Int, Double)], count: Int) {
    sums = Array(repeating: 0, count: count)
    counts = sums
    for (index, value) in values {
      sums[index] += value
      counts[index] += 1
    }
  }

  var means: [Double] { zip(sums, counts).map { $0 / max($1, 1) } }
}
