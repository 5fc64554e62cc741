public import Experiments
public import Foundation

/// What the execution of a stage asks of a store.
public protocol StageStore: Sendable {
  /// Where checkpoints and locks lie.
  var artifacts: URL { get }

  /// The stage as it was registered. Throws `InputError` where it never was.
  func stage(_ hash: String) throws -> Stage

  /// The files that hold these states, by the state's hash; states without a file are left out.
  func checkpoints(ofStates states: [String]) throws -> [String: Checkpoint]

  /// The stage's lock, held until the result is released; nil where another process has it.
  func lock(stage hash: String) throws -> StageLock?

  /// Begins to execute a stage, whose lock the caller holds.
  func begin(stage: String, environment: [String: Value]) throws -> Recorder
}

extension RunStore: StageStore {}
