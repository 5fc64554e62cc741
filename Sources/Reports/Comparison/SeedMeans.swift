/// One metric of one group of runs: a mean a seed. The seed is the block: two settings under one seed share its
/// initial weights and noise, so they are no replicates of each other.
struct SeedMeans: Equatable {
  /// Mean by seed, over the distinct stages that measured it.
  let means: [Int: Double]
  /// The stages that measured it.
  let stages: Set<String>

  init(of key: String, in runs: [ComparedRun]) {
    var values: [Int: [Double]] = [:]
    var stages: Set<String> = []
    for run in runs.sorted(by: { $0.seed < $1.seed }) {
      guard let measurement = run.metrics[key], stages.insert(measurement.stage).inserted else { continue }
      values[run.seed, default: []].append(measurement.value)
    }
    means = values.mapValues { $0.reduce(0, +) / Double($0.count) }
    self.stages = stages
  }

  var seeds: [Int] { means.keys.sorted() }

  var estimate: Estimate? { Estimate(seeds.compactMap { means[$0] }) }
}
