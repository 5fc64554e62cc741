/// One metric of one group of runs: a mean a seed. The seed is the block: two settings under one seed share its
/// initial weights and noise, so they are no replicates of each other.
struct SeedMeans: Equatable {
  /// Mean by seed, over the distinct stages that measured it.
  let means: [Int: Double]
  /// By seed, the stages that measured it.
  let stages: [Int: Set<String>]

  init(of key: String, in runs: [ComparedRun]) {
    var values: [Int: [Double]] = [:]
    var stages: [Int: Set<String>] = [:]
    var seen: Set<String> = []
    for run in runs.sorted(by: { $0.seed < $1.seed }) {
      guard let measurement = run.metrics[key], seen.insert(measurement.stage).inserted else { continue }
      stages[run.seed, default: []].insert(measurement.stage)
      values[run.seed, default: []].append(measurement.value)
    }
    means = values.mapValues { $0.reduce(0, +) / Double($0.count) }
    self.stages = stages
  }

  var seeds: [Int] { means.keys.sorted() }

  var estimate: Estimate? { Estimate(seeds.compactMap { means[$0] }) }
}
