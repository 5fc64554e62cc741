import GRDB

extension RunStore {
  /// Every point of every metric of a run: by key, then by step.
  public func histories(ofRun id: String) throws -> [String: [MetricPoint]] {
    try read { database in
      let sql = """
        SELECT metric_key.name, step, value, time
        FROM path JOIN metric ON metric.stage = path.stage JOIN metric_key ON metric_key.number = metric.key
        WHERE path.run = ? AND (path.end_epoch IS NULL OR step < path.end_epoch)
        ORDER BY metric.key, step, path.position
        """
      var histories: [String: [MetricPoint]] = [:]
      let run = try runNumber(id, in: database, path: path)
      let cursor = try Row.fetchCursor(database, sql: sql, arguments: [run])
      while let row = try cursor.next() {
        histories[row[0], default: []].append(
          MetricPoint(step: row[1], value: row[2] ?? .nan, time: Timestamp(milliseconds: row[3])))
      }
      return histories
    }
  }
}
