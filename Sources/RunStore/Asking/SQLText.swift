import Experiments
import GRDB

/// Pieces of SQL that several questions share. A process that is gone is told of here, so that no question can show
/// its stage as running.
enum SQLText {
  /// Of a row of `attempt` joined with its `stage`.
  static let attemptStatus = """
    CASE WHEN attempt.status = 'RUNNING' AND process_gone(stage.hash, attempt.host)
    THEN 'FAILED' ELSE attempt.status END
    """
  static let attemptMessage = """
    CASE WHEN attempt.status = 'RUNNING' AND process_gone(stage.hash, attempt.host)
    THEN '\(Attempts.processGone)' ELSE attempt.message END
    """

  /// True of a row of `stage` that is marked as running and isn't.
  static let stageIsGone = """
    (stage.status = 'RUNNING' AND process_gone(stage.hash,
      (SELECT host FROM attempt WHERE attempt.stage = stage.number AND attempt.number = stage.attempts)))
    """
  static let stageStatus = "iif(\(stageIsGone), 'FAILED', stage.status)"

  /// Of a row of `run`.
  static let runStatus = """
    iif(run.status = 'RUNNING' AND NOT EXISTS (
      SELECT 1 FROM path JOIN stage ON stage.number = path.stage
      WHERE path.run = run.number AND stage.status = 'RUNNING' AND NOT \(stageIsGone)),
      'FAILED', run.status)
    """
}

extension Status {
  init(_ text: String) throws {
    guard let status = Status(rawValue: text) else { throw DatabaseError(message: "the status '\(text)' is unknown") }
    self = status
  }
}

extension StageKind {
  init(stored text: String) throws {
    guard let kind = StageKind(rawValue: text) else {
      throw DatabaseError(message: "the kind of stage '\(text)' is unknown")
    }
    self = kind
  }
}

extension Timestamp {
  init?(_ milliseconds: Int?) {
    guard let milliseconds else { return nil }
    self.init(milliseconds: milliseconds)
  }
}
