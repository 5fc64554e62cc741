import Experiments
import GRDB

/// Reads runs with all that belongs to them, in a number of statements that does not depend on how many there are.
struct RunReader {
  let database: Database

  func runs(_ query: RunQuery, limit: Int?) throws -> [RunSummary] {
    let (sql, arguments) = query.sql(limit: limit)
    let numbers = try Int64.fetchAll(database, sql: sql, arguments: arguments)
    let page = "[\(numbers.map(String.init).joined(separator: ","))]"
    let now = Timestamp.now
    var runs = try heads(page)
    var parameters = try self.parameters(page)
    var metrics = try self.metrics(page)
    var stages = try self.stages(page, now: now)
    return numbers.compactMap { number in
      guard var run = runs.removeValue(forKey: number) else { return nil }
      run.parameters = parameters.removeValue(forKey: number) ?? [:]
      run.metrics = metrics.removeValue(forKey: number) ?? [:]
      let path = stages.removeValue(forKey: number) ?? []
      run.stages = path.map(\.use)
      run.wallSeconds += path.reduce(0) { $0 + $1.runningSeconds }
      return run
    }
  }

  private func heads(_ page: String) throws -> [Int64: RunSummary] {
    let sql = """
      SELECT
        run.number, run.id, run.name, sweep.name, \(SQLText.runStatus),
        run.created_at, run.started_at, run.ended_at, run.wall_seconds
      FROM json_each(?) AS page JOIN run ON run.number = page.value
      LEFT JOIN sweep_run ON sweep_run.run = run.number LEFT JOIN sweep ON sweep.number = sweep_run.sweep
      """
    return try rows(sql, page) { runs, row in
      runs[row[0]] = RunSummary(
        id: row[1], name: row[2], sweep: row[3], status: try Status(row[4]),
        createdAt: Timestamp(milliseconds: row[5]), startedAt: Timestamp(row[6]), endedAt: Timestamp(row[7]),
        wallSeconds: row[8], parameters: [:], metrics: [:], stages: [])
    }
  }

  private func parameters(_ page: String) throws -> [Int64: Parameters] {
    let paths = try names("SELECT number, path FROM parameter")
    let sql = """
      SELECT run, parameter, run_parameter.type, text FROM json_each(?) AS page JOIN run_parameter ON run = page.value
      """
    return try rows(sql, page) { runs, row in
      guard let path = paths[row[1]] else { return }
      runs[row[0], default: [:]][path] = try StoredValue.value(type: row[2], text: row[3])
    }
  }

  private func metrics(_ page: String) throws -> [Int64: [String: RunSummary.Metric]] {
    let keys = try names("SELECT number, name FROM metric_key")
    let sql = """
      SELECT run, run_metric.key, last, last_step, min, min_step, max, max_step
      FROM json_each(?) AS page JOIN run_metric ON run = page.value
      """
    return try rows(sql, page) { runs, row in
      guard let key = keys[row[1]] else { return }
      runs[row[0], default: [:]][key] = RunSummary.Metric(
        last: row[2] ?? .nan, lastStep: row[3], min: row[4], minStep: row[5], max: row[6], maxStep: row[7])
    }
  }

  private struct PathStage {
    var use: RunSummary.StageUse
    /// Of an attempt that runs, which the run's `wall_seconds` does not have yet.
    var runningSeconds: Double
  }

  private func stages(_ page: String, now: Timestamp) throws -> [Int64: [PathStage]] {
    let sql = """
      SELECT
        path.run, stage.hash, stage.kind, \(SQLText.stageStatus),
        EXISTS (SELECT 1 FROM path AS other WHERE other.stage = stage.number AND other.run <> path.run),
        (SELECT started_at FROM attempt WHERE attempt.stage = stage.number AND attempt.number = stage.attempts),
        path.end_epoch
      FROM json_each(?) AS page JOIN path ON path.run = page.value JOIN stage ON stage.number = path.stage
      ORDER BY path.run, path.position
      """
    return try rows(sql, page) { runs, row in
      let status = try Status(row[3])
      let use = RunSummary.StageUse(
        hash: row[1], kind: try StageKind(stored: row[2]), status: status, shared: row[4], endEpoch: row[6])
      let started: Int? = row[5]
      let seconds = started.map { Double(max(0, now.milliseconds - $0)) / 1000 } ?? 0
      runs[row[0], default: []].append(PathStage(use: use, runningSeconds: status == .running ? seconds : 0))
    }
  }

  private func names(_ sql: String) throws -> [Int64: String] {
    let rows = try Row.fetchAll(database, sql: sql)
    return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
  }

  private func rows<Part>(
    _ sql: String, _ page: String, _ add: (inout [Int64: Part], Row) throws -> Void
  ) throws -> [Int64: Part] {
    var parts: [Int64: Part] = [:]
    let cursor = try Row.fetchCursor(database, sql: sql, arguments: [page])
    while let row = try cursor.next() { try add(&parts, row) }
    return parts
  }
}
