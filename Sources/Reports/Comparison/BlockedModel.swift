/// A metric of groups that are compared with each other: y = μ_group + β_seed + ε, what is left over pooled from all
/// groups.
///
/// Groups that were measured of the same trained networks (the same training under several samplers) are nearer to each
/// other than to the rest, as plots of one field are. So there are two errors, as in a split-plot design: of what lies
/// within a training, whose mean square is taken with the training as the block, and of what lies between trainings of
/// one seed. A difference between trainings has both; its variance is combined from the two mean squares and its degrees
/// of freedom follow Satterthwaite (1946). Without shared trainings all this is the randomised block design, exactly.
struct BlockedModel {
  /// μ_group − μ_other.
  struct Contrast: Equatable {
    let mean: Double
    /// Of the mean; nil where nothing is left to estimate it from.
    let standardError: Double?
    let degreesOfFreedom: Double
    let sharesTrainings: Bool
    let seedCount: Int
  }

  private let columns: [SeedMeans]
  private let bySeed: TwoWayFit
  /// Nil where no two columns share a training.
  private let byTraining: TwoWayFit?
  /// A mean square for one cell of a training of its own.
  private let between: (meanSquare: Double, degreesOfFreedom: Double)?
  /// Where both kinds of comparisons occur, their errors differ.
  private let hasTwoErrors: Bool

  /// - Parameter columns: No two are the same measurement, and all are finite.
  init(_ columns: [SeedMeans]) {
    self.columns = columns
    var cells: [TwoWayFit.Cell] = []
    var trainingCells: [TwoWayFit.Cell] = []
    var trainings: [TrainingBlock: Int] = [:]
    var sizes: [Int: [Int: Int]] = [:]
    for (group, column) in columns.enumerated() {
      for seed in column.seeds {
        guard let cell = column.cells[seed] else { continue }
        cells.append(.init(group: group, block: seed, value: cell.mean))
        let own = TrainingBlock(seed: seed, trainings: cell.trainings, group: cell.trainings.isEmpty ? group : nil)
        let block = trainings[own] ?? trainings.count
        trainings[own] = block
        trainingCells.append(.init(group: group, block: block, value: cell.mean))
        sizes[seed, default: [:]][block, default: 0] += 1
      }
    }
    bySeed = TwoWayFit(cells, groups: columns.count)
    let isShared = trainings.count < cells.count
    byTraining = isShared ? TwoWayFit(trainingCells, groups: columns.count) : nil
    between = Self.between(bySeed, within: byTraining, sizes: sizes)
    hasTwoErrors = isShared && sizes.values.contains { $0.count > 1 }
  }

  private struct TrainingBlock: Hashable {
    let seed: Int
    let trainings: Hashes
    /// Where no training is known, a cell is one of its own.
    let group: Int?
  }

  /// Expected mean squares: with the seed as the block, E[SSE] = ν σ²_within + τ σ²_between, where
  /// τ = Σ_trainings (a − a²/n) · ν / Σ_seeds (n − 1) for a of a seed's n cells; exact where no cell is missing, and where
  /// no training is shared.
  private static func between(
    _ bySeed: TwoWayFit, within: TwoWayFit?, sizes: [Int: [Int: Int]]
  ) -> (Double, Double)? {
    guard let pooled = bySeed.meanSquare else { return nil }
    let nu = Double(bySeed.degreesOfFreedom)
    guard let within, within.degreesOfFreedom > 0, let inner = within.meanSquare else { return (pooled, nu) }
    let nuInner = Double(within.degreesOfFreedom)
    let nuOuter = nu - nuInner
    var free = 0.0
    var spread = 0.0
    for blocks in sizes.values {
      let count = Double(blocks.values.reduce(0, +))
      free += count - 1
      spread += blocks.values.reduce(0) { $0 + Double($1) - Double($1 * $1) / count }
    }
    guard nuOuter > 0.5, spread > 0 else { return nil }
    let outer = max(0, bySeed.residualSum - within.residualSum) / nuOuter
    let share = min(1, free / spread * nuOuter / nu)
    let variance = share * outer + (1 - share) * inner
    let parts = (share * outer) * (share * outer) / nuOuter + ((1 - share) * inner) * ((1 - share) * inner) / nuInner
    // Rounded down, as for tables: with the few degrees of freedom of few seeds the formula is rather too high.
    return (variance, parts > 0 ? max(1, (variance * variance / parts).rounded(.down)) : nuOuter)
  }

  /// Nil where no seed is in both groups.
  func contrast(_ group: Int, _ other: Int) -> Contrast? {
    let seedCount = columns[group].commonSeeds(with: columns[other]).count
    guard seedCount > 0 else { return nil }
    let shares = byTraining != nil && columns[group].sharesTrainings(with: columns[other])
    let fit = shares ? byTraining ?? bySeed : bySeed
    guard let difference = fit.difference(group, other) else { return nil }
    let error = shares ? fit.meanSquare.map { ($0, Double(fit.degreesOfFreedom)) } : between
    return Contrast(
      mean: difference.mean, standardError: error.map { ($0.0 * difference.variance).squareRoot() },
      degreesOfFreedom: error?.1 ?? 0, sharesTrainings: shares, seedCount: seedCount)
  }

  /// The correlation of two differences from `base`, by the variances of both and of the difference between them.
  func correlation(_ group: Int, _ other: Int, base: Int) -> Double? {
    func variance(_ first: Int, _ second: Int) -> Double? {
      contrast(first, second)?.standardError.map { $0 * $0 }
    }
    guard let first = variance(group, base), let second = variance(other, base), let across = variance(group, other),
      first > 0, second > 0
    else { return nil }
    return (first + second - across) / (2 * (first * second).squareRoot())
  }

  /// How improbable it is that all groups spread alike and one group's residuals are yet so great a share of all.
  ///
  /// G/(G−1) of a group's sum of squares over the whole is a Beta variable with ½(n−1) and ½(ν−n+1) where nothing is
  /// missing (Cochran's test for a two-way layout); the least of G probabilities is taken G times (Bonferroni). Nil for
  /// fewer than three groups, where pooling assumes nothing.
  var unequalSpread: Double? {
    let fit = hasTwoErrors ? bySeed : byTraining ?? bySeed
    let groups = Double(fit.residuals.count { $0.count > 1 })
    guard groups > 2, fit.residualSum > 0 else { return nil }
    let tails = fit.residuals.compactMap { residual -> Double? in
      let own = Double(residual.count - 1)
      let rest = Double(fit.degreesOfFreedom) - own
      guard own > 0, rest > 0 else { return nil }
      let share = min(1, residual.sum / fit.residualSum * groups / (groups - 1))
      return IncompleteBeta(a: rest / 2, b: own / 2).value(1 - share, complement: share)
    }
    return tails.min().map { min(1, $0 * Double(tails.count)) }
  }
}
