/// Where a stage's execution, or a run, stands; MLflow's words.
public enum Status: String, CaseIterable, Sendable {
  case running = "RUNNING"
  /// Not begun, or waiting for a stage.
  case scheduled = "SCHEDULED"
  case finished = "FINISHED"
  case failed = "FAILED"
  /// Stopped on purpose.
  case killed = "KILLED"
}
