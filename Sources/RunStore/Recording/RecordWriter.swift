import Experiments
import Foundation
import GRDB

/// Writes records within one transaction. Points are gathered and written a metric at a time: `finish` does that, and
/// brings the summaries up to date.
struct RecordWriter {
  private let database: Database
  /// The store's file, for errors.
  private let path: String
  private var source: RecordSource?
  private var gathered: [GatheredPoints] = []
  /// Where in `gathered` a metric's points are, by its key.
  private var places: [String: Int] = [:]
  /// Metrics of which points were replaced, and at which steps: their summaries are to be taken anew.
  private var replaced: [MetricPlace: [Int]] = [:]

  /// Of one metric, so that what waits stays in the processor's cache.
  private static let mostGathered = 4000

  init(database: Database, path: String) {
    self.database = database
    self.path = path
  }

  mutating func write(_ record: Record) throws {
    if source?.stageHash != record.stage || source?.attempt != record.attempt {
      try begin(stage: record.stage, attempt: record.attempt)
    }
    try write(record.content, sequence: record.sequence, time: record.time)
  }

  /// What is written from now on is told by this attempt.
  mutating func begin(stage: String, attempt: Int) throws {
    // What one attempt said of an epoch must be there when another takes the epoch over.
    try writePoints()
    source = try RecordSource(stage: stage, attempt: attempt, in: database, path: path)
  }

  mutating func write(_ content: Record.Content, sequence: Int, time: Timestamp) throws {
    guard let source else { return }
    switch content {
    case .metric(let key, let step, let value):
      guard try claims(epoch: step) else { return }
      let point = GatheredPoints.Point(step: step, value: value, time: time, sequence: sequence)
      guard let index = places[key] else {
        places[key] = gathered.count
        let place = MetricPlace(stage: source.stage, key: try number(ofKey: key))
        gathered.append(GatheredPoints(place: place, point))
        return
      }
      gathered[index].add(point)
      if gathered[index].points.count == Self.mostGathered { try writePoints() }
    case .event(let type, let epoch, let payload):
      guard try claims(epoch: epoch) else { return }
      try database.cachedStatement(
        sql: """
          INSERT INTO event (stage, attempt, sequence, epoch, type, payload, time) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """
      ).execute(arguments: [
        source.stage, source.attempt, sequence, epoch, type, payload.json, time.milliseconds,
      ])
    case .gridCells(let cells, let epoch):
      guard try claims(epoch: epoch) else { return }
      for cell in cells { try write(cell, epoch: epoch, of: source, sequence: sequence) }
    case .checkpoint(let checkpoint):
      try write(checkpoint, of: source, sequence: sequence, time: time)
    case .checkpointGone(let state):
      try database.execute(
        sql: "DELETE FROM checkpoint WHERE state = ? AND stage = ? AND (attempt, sequence) < (?, ?)",
        arguments: [state, source.stage, source.attempt, sequence])
    case .environment(let environment):
      try add(environment, of: source)
    }
  }

  mutating func finish() throws {
    try writePoints()
    for (place, steps) in replaced {
      let old = try MetricSummaries.told(of: place, in: database)?.lastStep
      let new = try MetricSummaries.rebuild(place, in: database)?.lastStep
      try MetricPyramid.refresh(place, at: steps.sorted(), values: nil, lastStep: old, now: new, in: database)
    }
  }

  private mutating func claims(epoch: Int) throws -> Bool {
    guard let keys = try source?.claim(epoch: epoch, in: database) else { return false }
    if let stage = source?.stage {
      for key in keys { replaced[MetricPlace(stage: stage, key: key), default: []].append(epoch) }
    }
    return true
  }

  private mutating func writePoints() throws {
    guard let source else { return }
    for index in gathered.indices {
      gathered[index].sort()
      let points = gathered[index]
      guard try points.write(attempt: source.attempt, in: database), replaced[points.place] == nil else {
        replaced[points.place, default: []] += points.points.map(\.step)
        continue
      }
      try MetricSummaries.add(points, in: database)
    }
    gathered = []
    places = [:]
  }

  private func number(ofKey key: String) throws -> Int64 {
    let select = try database.cachedStatement(sql: "SELECT number FROM metric_key WHERE name = ?")
    var known: Int64?
    select.bind(key, at: 1)
    try select.eachRow { known = $0.int64(0) }
    if let known { return known }
    try database.cachedStatement(sql: "INSERT INTO metric_key (name) VALUES (?)").execute(arguments: [key])
    return database.lastInsertedRowID
  }

  private func write(_ cell: GridCell, epoch: Int, of source: RecordSource, sequence: Int) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO grid_cell
          (stage, epoch, cell, noise_index, label, label_name, size, pixels, attempt, sequence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          noise_index = excluded.noise_index, label = excluded.label, label_name = excluded.label_name,
          size = excluded.size, pixels = excluded.pixels, attempt = excluded.attempt, sequence = excluded.sequence
        WHERE (excluded.attempt, excluded.sequence) > (attempt, sequence)
        """
    ).execute(arguments: [
      source.stage, epoch, cell.index, cell.noiseIndex, cell.label, cell.labelName, cell.size, Data(cell.rgb),
      source.attempt, sequence,
    ])
  }

  private func add(_ environment: [String: Value], of source: RecordSource) throws {
    let place: StatementArguments = [source.stage, source.attempt]
    let told = try String.fetchOne(
      database, sql: "SELECT environment FROM attempt WHERE stage = ? AND number = ?", arguments: place)
    let all = try Parameters(json: told ?? "{}").merging(environment) { $1 }
    try database.execute(
      sql: "UPDATE attempt SET environment = ? WHERE stage = ? AND number = ?", arguments: [all.json] + place)
  }

  private func write(
    _ checkpoint: Checkpoint, of source: RecordSource, sequence: Int, time: Timestamp
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO checkpoint (state, epochs, path, sha256, bytes, time, stage, attempt, sequence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          epochs = excluded.epochs, path = excluded.path, sha256 = excluded.sha256, bytes = excluded.bytes,
          time = excluded.time, stage = excluded.stage, attempt = excluded.attempt, sequence = excluded.sequence
        WHERE stage <> excluded.stage OR (excluded.attempt, excluded.sequence) > (attempt, sequence)
        """
    ).execute(arguments: [
      checkpoint.state, checkpoint.epochs, checkpoint.path, checkpoint.sha256, checkpoint.bytes,
      time.milliseconds, source.stage, source.attempt, sequence,
    ])
  }
}

/// A metric of a stage, both by number.
struct MetricPlace: Hashable {
  let stage: Int64
  let key: Int64
}
