import Experiments
import GRDB

/// That a sweep left a run before the end of its training, until it goes on with it. It befalls the run and not its
/// stages, which other runs may share and go on from.
public struct EarlyStop: Equatable, Sendable {
  /// How many were done.
  public let epochs: Int
  public let reason: String

  public init(epochs: Int, reason: String) {
    self.epochs = epochs
    self.reason = reason
  }
}

/// The launch knew of other runs in the sweep than there are: another launch of it registered some since.
public struct OutdatedSweep: Error, CustomStringConvertible {
  /// Its name.
  public let sweep: String

  public var description: String { "another launch has gone on with the sweep \(sweep)" }
}

extension EarlyStop {
  static let type = "stopped.early"

  /// Writes down how it stands with a run: nil where nothing ends it early.
  static func write(_ stop: EarlyStop?, run: Int64, now: Timestamp, in database: Database) throws {
    guard let stop else {
      try database.cachedStatement(sql: "DELETE FROM run_event WHERE run = ? AND type = ?")
        .execute(arguments: [run, type])
      return
    }
    let payload: Value = ["reason": .string(stop.reason)]
    try database.cachedStatement(
      sql: """
        INSERT INTO run_event (run, type, epoch, payload, time) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET epoch = excluded.epoch, payload = excluded.payload, time = excluded.time
        WHERE (epoch, payload) <> (excluded.epoch, excluded.payload)
        """
    ).execute(arguments: [run, type, stop.epochs - 1, payload.json, now.milliseconds])
  }
}
