import Datasets
import Experiments
import RunStore

/// A run with all that was recorded of it.
struct ExportedRun {
  let summary: RunSummary
  /// By metric, each by step.
  let histories: [String: [MetricPoint]]
  let events: [RunEvent]
  let environment: [String: Value]
  let tags: [String: String]
  /// By epoch.
  let grids: [SampleGrid]

  init(_ summary: RunSummary, in store: RunStore) throws {
    self.summary = summary
    histories = try store.histories(ofRun: summary.id)
    events = try store.events(ofRun: summary.id)
    environment = try store.environment(ofRun: summary.id)
    tags = try store.tags(ofRun: summary.id)
    grids = try store.gridEpochs(ofRun: summary.id).compactMap { try store.grid(ofRun: summary.id, epoch: $0) }
  }
}

extension SampleGrid {
  /// The cells in one picture, a column a class, enlarged pixel by pixel until a person can see them.
  var sheet: Picture {
    let size = cells.first?.size ?? 1
    let cells = cells.filter { $0.size == size }
    let classes = Set(cells.map(\.label)).count
    return Picture.sheet(
      cells.map { Picture(width: size, height: size, pixels: $0.rgb) },
      columns: classes > 1 ? classes : max(1, min(8, cells.count)), margin: 2, scale: max(1, 64 / size))
  }
}
