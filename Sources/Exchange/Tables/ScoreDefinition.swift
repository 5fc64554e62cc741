import Experiments
import RunStore

/// A run's scores, each with what it was made of.
struct ScoreDefinition {
  /// Of what a score was made: names of the event that tells it.
  static let columns = [
    "pictures", "labels", "reference", "reference_pictures", "extractor", "extractor_sha256", "sampler", "steps", "eta",
    "guidance",
  ]

  /// Run, score, value, epoch, then `columns`.
  let rows: [[Value]]

  /// Nil where nothing was scored.
  init?(of run: ExportedRun) {
    guard let definition = run.events.last(where: { $0.type == "scored" })?.payload else { return nil }
    let scores = EvaluationConfiguration.Metric.allCases.map(\.rawValue)
    rows = run.summary.metrics.sorted { $0.key < $1.key }
      .filter { key, _ in scores.contains { key == $0 || key.hasPrefix("\($0).") } }
      .map { key, metric in
        [.string(run.summary.id), .string(key), .double(metric.last), .int(metric.lastStep)]
          + Self.columns.map { definition[$0] ?? .null }
      }
  }
}
