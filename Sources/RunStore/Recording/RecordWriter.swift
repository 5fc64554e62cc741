import Experiments
import Foundation
import GRDB

/// Writes records within one transaction. `finish` brings the summaries up to date, once a metric.
struct RecordWriter {
  private let database: Database
  /// The store's file, for errors.
  private let path: String
  private var source: RecordSource?
  private var keys: [String: Int64] = [:]
  private var summaries: [MetricPlace: MetricSummary] = [:]
  /// Metrics of which points were replaced, so that their summaries are to be taken anew.
  private var replaced: Set<MetricPlace> = []

  init(database: Database, path: String) {
    self.database = database
    self.path = path
  }

  mutating func write(_ record: Record) throws {
    if source?.stageHash != record.stage || source?.attempt != record.attempt {
      source = try RecordSource(record, in: database, path: path)
    }
    guard let source else { return }
    switch record.content {
    case .metric(let key, let step, let value):
      guard try claims(epoch: step) else { return }
      try writePoint(key, step: step, value: value, of: record, stage: source.stage)
    case .event(let type, let epoch, let payload):
      guard try claims(epoch: epoch) else { return }
      try database.cachedStatement(
        sql: """
          INSERT INTO event (stage, attempt, sequence, epoch, type, payload, time) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """
      ).execute(arguments: [
        source.stage, record.attempt, record.sequence, epoch, type, payload.json, record.time.milliseconds,
      ])
    case .gridCells(let cells, let epoch):
      guard try claims(epoch: epoch) else { return }
      for cell in cells { try write(cell, epoch: epoch, of: record, stage: source.stage) }
    case .checkpoint(let checkpoint):
      try write(checkpoint, of: record, stage: source.stage)
    case .checkpointGone(let state):
      try database.execute(
        sql: "DELETE FROM checkpoint WHERE state = ? AND stage = ? AND (attempt, sequence) < (?, ?)",
        arguments: [state, source.stage, record.attempt, record.sequence])
    case .environment(let environment):
      try add(environment, of: record, stage: source.stage)
    }
  }

  mutating func finish() throws {
    for (place, summary) in summaries where !replaced.contains(place) {
      try MetricSummaries.add(summary, stage: place.stage, key: place.key, in: database)
    }
    for place in replaced {
      try MetricSummaries.rebuild(stage: place.stage, key: place.key, in: database)
    }
  }

  private mutating func claims(epoch: Int) throws -> Bool {
    guard let keys = try source?.claim(epoch: epoch, in: database) else { return false }
    if let stage = source?.stage {
      for key in keys { replaced.insert(MetricPlace(stage: stage, key: key)) }
    }
    return true
  }

  private mutating func writePoint(_ key: String, step: Int, value: Double, of record: Record, stage: Int64) throws {
    let place = MetricPlace(stage: stage, key: try number(ofKey: key))
    let arguments: StatementArguments = [
      place.stage, place.key, step, value, record.time.milliseconds, record.attempt, record.sequence,
    ]
    let columns = "(stage, key, step, value, time, attempt, sequence) VALUES (?, ?, ?, ?, ?, ?, ?)"
    try database.cachedStatement(sql: "INSERT INTO metric \(columns) ON CONFLICT DO NOTHING").execute(
      arguments: arguments)
    if database.changesCount == 1 {
      if summaries[place]?.add(step: step, value: value) == nil {
        summaries[place] = MetricSummary(step: step, value: value)
      }
      return
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO metric \(columns)
        ON CONFLICT DO UPDATE SET
          value = excluded.value, time = excluded.time, attempt = excluded.attempt, sequence = excluded.sequence
        WHERE (excluded.attempt, excluded.sequence) > (attempt, sequence)
        """
    ).execute(arguments: arguments)
    if database.changesCount == 1 { replaced.insert(place) }
  }

  private mutating func number(ofKey key: String) throws -> Int64 {
    if let number = keys[key] { return number }
    let select = try database.cachedStatement(sql: "SELECT number FROM metric_key WHERE name = ?")
    if let number = try Int64.fetchOne(select, arguments: [key]) {
      keys[key] = number
      return number
    }
    try database.cachedStatement(sql: "INSERT INTO metric_key (name) VALUES (?)").execute(arguments: [key])
    keys[key] = database.lastInsertedRowID
    return database.lastInsertedRowID
  }

  private func write(_ cell: GridCell, epoch: Int, of record: Record, stage: Int64) throws {
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
      stage, epoch, cell.index, cell.noiseIndex, cell.label, cell.labelName, cell.size, Data(cell.rgb),
      record.attempt, record.sequence,
    ])
  }

  private func add(_ environment: [String: Value], of record: Record, stage: Int64) throws {
    let place: StatementArguments = [stage, record.attempt]
    let told = try String.fetchOne(
      database, sql: "SELECT environment FROM attempt WHERE stage = ? AND number = ?", arguments: place)
    let all = try Parameters(json: told ?? "{}").merging(environment) { $1 }
    try database.execute(
      sql: "UPDATE attempt SET environment = ? WHERE stage = ? AND number = ?", arguments: [all.json] + place)
  }

  private func write(_ checkpoint: Checkpoint, of record: Record, stage: Int64) throws {
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
      record.time.milliseconds, stage, record.attempt, record.sequence,
    ])
  }
}

/// A metric of a stage, both by number.
struct MetricPlace: Hashable {
  let stage: Int64
  let key: Int64
}
