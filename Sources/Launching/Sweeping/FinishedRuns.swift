import Experiments
import RunStore

/// The points of a metric in a sweep's runs; of those that have finished, read once.
struct FinishedRuns {
  private let metric: String
  private var known: [String: (run: PlannedRun, values: [Int: Double])] = [:]

  init(metric: String) {
    self.metric = metric
  }

  /// By run id and 0-based step.
  mutating func values(
    of runs: [PlannedRun], statuses: [String: Status], in store: RunStore
  ) throws -> [String: [Int: Double]] {
    // A run that goes on has other stages than when it rested.
    let read = try store.values(ofRuns: runs.filter { known[$0.id]?.run != $0 }.map(\.id), key: metric)
    for run in runs where statuses[run.id] == .finished && known[run.id]?.run != run {
      known[run.id] = (run, read[run.id] ?? [:])
    }
    return read.merging(known.mapValues(\.values)) { read, _ in read }
  }
}
