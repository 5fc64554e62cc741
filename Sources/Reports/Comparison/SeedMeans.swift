/// One metric of one group of runs: a mean a seed. The seed is the block: two settings under one seed share its
/// initial weights and noise, so they are no replicates of each other.
struct SeedMeans: Equatable {
  /// What one seed has.
  struct Cell: Equatable {
    /// Over the distinct stages that measured it.
    var mean: Double
    /// The stages that measured it.
    var stages: Hashes
    /// The trained states that it was measured of; empty where that is not known.
    var trainings: Hashes
  }

  /// By seed.
  let cells: [Int: Cell]

  init(of key: String, in runs: [ComparedRun]) {
    var values: [Int: [Double]] = [:]
    var stages: [Int: Set<String>] = [:]
    var trainings: [Int: Set<String>] = [:]
    var seen: Set<String> = []
    for run in runs.sorted(by: { $0.seed < $1.seed }) {
      guard let measurement = run.metrics[key], seen.insert(measurement.stage).inserted else { continue }
      values[run.seed, default: []].append(measurement.value)
      stages[run.seed, default: []].insert(measurement.stage)
      if let training = run.training { trainings[run.seed, default: []].insert(training) }
    }
    cells = Dictionary(
      uniqueKeysWithValues: values.map { seed, values in
        let mean = values.reduce(0, +) / Double(values.count)
        return (seed, Cell(mean: mean, stages: Hashes(stages[seed] ?? []), trainings: Hashes(trainings[seed] ?? [])))
      })
  }

  init(cells: [Int: Cell]) { self.cells = cells }

  var seeds: [Int] { cells.keys.sorted() }

  var estimate: Estimate? { Estimate(seeds.compactMap { cells[$0]?.mean }) }

  var isFinite: Bool { cells.values.allSatisfy(\.mean.isFinite) }

  func commonSeeds(with other: SeedMeans) -> [Int] { seeds.filter { other.cells[$0] != nil } }

  /// Whether both are one measurement wherever both have one.
  func isSameMeasurement(as other: SeedMeans) -> Bool {
    let common = commonSeeds(with: other)
    return !common.isEmpty && common.allSatisfy { cells[$0]?.stages == other.cells[$0]?.stages }
  }

  /// Whether both were measured of the same trained networks wherever both were measured.
  func sharesTrainings(with other: SeedMeans) -> Bool {
    let common = commonSeeds(with: other)
    return !common.isEmpty
      && common.allSatisfy { seed in
        cells[seed].map { !$0.trainings.isEmpty && $0.trainings == other.cells[seed]?.trainings } ?? false
      }
  }
}
