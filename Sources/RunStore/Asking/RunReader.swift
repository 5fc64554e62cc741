import Experiments
import GRDB

/// Reads runs with all that belongs to them, in a number of statements that does not depend on how many there are.
struct RunReader {
  let database: Database
  /// The keys of the metrics that are wanted; nil for all.
  var metrics: [String]?

  func runs(_ numbers: [Int64]) throws -> [RunSummary] {
    let page = numbers.jsonArray
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
      FROM json_each(?) AS page CROSS JOIN run ON run.number = page.value
      LEFT JOIN sweep_run ON sweep_run.run = run.number LEFT JOIN sweep ON sweep.number = sweep_run.sweep
      """
    var runs: [Int64: RunSummary] = [:]
    try eachRow(sql, [page]) { row in
      runs[row.int64(0)] = RunSummary(
        id: row.string(1), name: row.string(2), sweep: row.isNull(3) ? nil : row.string(3),
        status: try Status(row.string(4)), createdAt: Timestamp(milliseconds: row.int(5)),
        startedAt: Timestamp(row.intOrNil(6)), endedAt: Timestamp(row.intOrNil(7)), wallSeconds: row.double(8),
        parameters: [:], metrics: [:], stages: [])
    }
    return runs
  }

  private func parameters(_ page: String) throws -> [Int64: Parameters] {
    let paths = try names("SELECT number, path FROM parameter")
    let sql = """
      SELECT run, parameter, run_parameter.type, text, run_parameter.value
      FROM json_each(?) AS page CROSS JOIN run_parameter ON run = page.value
      """
    return try byRun(sql, [page]) { row, parameters in
      guard let path = paths[row.int64(1)] else { return }
      let type = row.string(2)
      parameters[path] =
        switch type {
        case "int" where !row.isNull(4): .int(row.int(4))
        case "double" where !row.isNull(4): .double(row.double(4))
        default: try StoredValue.value(type: type, text: row.string(3))
        }
    }
  }

  private func metrics(_ page: String) throws -> [Int64: [String: RunSummary.Metric]] {
    var keys = try names("SELECT number, name FROM metric_key")
    var sql = """
      SELECT run, run_metric.key, last, last_step, min, min_step, max, max_step
      FROM json_each(?) AS page CROSS JOIN run_metric ON run = page.value
      """
    var arguments = [page]
    if let metrics {
      keys = keys.filter { metrics.contains($0.value) }
      sql += " AND run_metric.key IN (SELECT value FROM json_each(?))"
      arguments.append(Array(keys.keys).jsonArray)
    }
    return try byRun(sql, arguments) { row, metrics in
      guard let key = keys[row.int64(1)] else { return }
      metrics[key] = RunSummary.Metric(
        last: row.doubleOrNil(2) ?? .nan, lastStep: row.int(3), min: row.doubleOrNil(4), minStep: row.intOrNil(5),
        max: row.doubleOrNil(6), maxStep: row.intOrNil(7))
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
        path.end_epoch, stage.seconds, stage.first_epoch, stage.end_epoch
      FROM json_each(?) AS page CROSS JOIN path ON path.run = page.value JOIN stage ON stage.number = path.stage
      ORDER BY path.run, path.position
      """
    var stages: [Int64: [PathStage]] = [:]
    try eachRow(sql, [page]) { row in
      let status = try Status(row.string(3))
      let use = RunSummary.StageUse(
        hash: row.string(1), kind: try StageKind(stored: row.string(2)), status: status, shared: row.int(4) != 0,
        endEpoch: row.intOrNil(6), seconds: row.double(7),
        epochs: row.intOrNil(8).flatMap { first in row.intOrNil(9).map { first..<max(first, $0) } })
      let seconds = row.intOrNil(5).map { Double(max(0, now.milliseconds - $0)) / 1000 } ?? 0
      stages[row.int64(0), default: []].append(PathStage(use: use, runningSeconds: status == .running ? seconds : 0))
    }
    return stages
  }

  private func names(_ sql: String) throws -> [Int64: String] {
    let rows = try Row.fetchAll(database, sql: sql)
    return Dictionary(rows.map { ($0[0], $0[1]) }) { $1 }
  }

  private func eachRow(_ sql: String, _ arguments: [String], _ body: (DirectRow) throws -> Void) throws {
    let statement = try database.cachedStatement(sql: sql)
    for (index, argument) in arguments.enumerated() { statement.bind(argument, at: index + 1) }
    try statement.eachRow(body)
  }

  /// Rows that come a run after the other, its number first.
  private func byRun<Key, Part>(
    _ sql: String, _ arguments: [String], _ add: (DirectRow, inout [Key: Part]) throws -> Void
  ) throws -> [Int64: [Key: Part]] {
    var runs: [Int64: [Key: Part]] = [:]
    var parts: [Key: Part] = [:]
    var current: Int64?
    try eachRow(sql, arguments) { row in
      let run = row.int64(0)
      if run != current {
        if let current { runs[current] = parts }
        current = run
        // Runs mostly have as many as the one before.
        parts = Dictionary(minimumCapacity: parts.count)
      }
      try add(row, &parts)
    }
    if let current { runs[current] = parts }
    return runs
  }
}
