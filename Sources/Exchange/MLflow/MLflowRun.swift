import Experiments
import GRDB
import RunStore

/// Writes the rows of one run.
struct MLflowRun {
  let run: ExportedRun
  let database: Database

  func write(experiment: Int, source: String?, artifacts: String) throws {
    let summary = run.summary
    try database.execute(
      sql: """
        INSERT INTO runs (
          run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
          source_version, lifecycle_stage, artifact_uri, experiment_id)
        VALUES (?, ?, 'LOCAL', ?, '', '', ?, ?, ?, ?, 'active', ?, ?)
        """,
      arguments: [
        summary.id, summary.name, source ?? "", summary.status.rawValue,
        (summary.startedAt ?? summary.createdAt).milliseconds, summary.endedAt?.milliseconds,
        run.environment["git.commit"]?.asText ?? "", artifacts, experiment,
      ])
    for (key, value) in summary.parameters {
      try database.cachedStatement(sql: "INSERT INTO params VALUES (?, ?, ?)")
        .execute(arguments: [key, value.asText, summary.id])
    }
    for (key, value) in tags(source: source) {
      try database.cachedStatement(sql: "INSERT INTO tags VALUES (?, ?, ?)")
        .execute(arguments: [key, value, summary.id])
    }
    for (key, points) in run.histories { try write(points, of: key) }
  }

  /// MLflow's own form of NaN is 0 with a flag. Infinities stay what they are; MLflow itself would cut them to ±1.8e308.
  private func write(_ points: [MetricPoint], of key: String) throws {
    for point in points {
      try database.cachedStatement(
        sql: "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)"
      ).execute(arguments: [
        key, point.value.isNaN ? 0 : point.value, point.time.milliseconds, run.summary.id, point.step,
        point.value.isNaN,
      ])
    }
    guard let last = points.last else { return }
    try database.cachedStatement(
      sql: "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      key, last.value.isNaN ? 0 : last.value, last.time.milliseconds, last.step, last.value.isNaN, run.summary.id,
    ])
  }

  /// The run's own, what its surroundings were, and what MLflow's pages look for.
  private func tags(source: String?) -> [String: String] {
    var tags = run.tags
    for (key, value) in run.environment { tags["environment.\(key)"] = value.asText }
    tags["mlflow.runName"] = run.summary.name
    tags["mlflow.source.type"] = "LOCAL"
    tags["mlflow.source.name"] = source
    tags["mlflow.source.git.commit"] = run.environment["git.commit"]?.asText
    if let note = run.tags[RunStore.noteTag] { tags["mlflow.note.content"] = note }
    return tags
  }
}

extension Value {
  /// A text as it is, all else as JSON.
  var asText: String { if case .string(let text) = self { text } else { json } }
}
