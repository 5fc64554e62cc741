public import Experiments
import Files
import Foundation
public import RunStore

/// What of a plan the store does not have yet.
public enum RemainingWork {
  /// Stages to be executed, each after its parents.
  ///
  /// A finished stage is not done again, except where a stage to be done needs a file of it that is gone or altered.
  ///
  /// - Parameter known: stages that are executed anyway, or known to be finished.
  public static func stages(
    of plan: Plan, beyond known: Set<String> = [], in store: RunStore
  ) throws -> [Stage] {
    let new = plan.stages.map(\.hash).filter { !known.contains($0) }
    let progress = try store.progress(ofStages: new)
    var files = StateFiles(store)
    var needed = Set(new.filter { progress[$0]?.status != .finished })
    let preparations = plan.preparations
    // Children before their parents, so that a training that is done again asks for its own beginning in turn.
    for stage in plan.stages.reversed() where needed.contains(stage.hash) {
      for parent in stage.parents where try !files.isIntact(stage.origin(from: parent)) { needed.insert(parent) }
      if let data = preparations[stage.hash], try !files.isIntact(data) { needed.insert(data) }
    }
    return plan.stages.filter { needed.contains($0.hash) }
  }

  /// Whether a stage is finished, and every file of it lies there that a stage of the plan among `stages` needs.
  static func isDone(_ stage: Stage, for stages: [Stage], of plan: Plan, in store: RunStore) throws -> Bool {
    guard try store.progress(ofStages: [stage.hash])[stage.hash]?.status == .finished else { return false }
    var files = StateFiles(store)
    if stage.kind == .prepare {
      let preparations = plan.preparations
      return try stages.allSatisfy { preparations[$0.hash] != stage.hash } || files.isIntact(stage.hash)
    }
    return try stages.filter { $0.parents.contains(stage.hash) }
      .allSatisfy { try files.isIntact($0.origin(from: stage.hash)) }
  }
}

/// Whether the files of states are what was written, each looked at once.
struct StateFiles {
  private let store: RunStore
  private var known: [String: Bool] = [:]

  init(_ store: RunStore) {
    self.store = store
  }

  mutating func isIntact(_ state: String) throws -> Bool {
    if let known = known[state] { return known }
    let checkpoint = try store.checkpoints(ofStates: [state])[state]
    let isIntact = checkpoint.map { Self.hasSize($0, in: store) && hasDigest($0) } ?? false
    known[state] = isIntact
    return isIntact
  }

  /// Whether the file lies there in its full size.
  static func hasSize(_ checkpoint: Checkpoint, in store: RunStore) -> Bool {
    let file = store.artifacts.appendingPathComponent(checkpoint.path)
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return attributes?[.size] as? Int == checkpoint.bytes
  }

  private func hasDigest(_ checkpoint: Checkpoint) -> Bool {
    let file = store.artifacts.appendingPathComponent(checkpoint.path)
    return (try? FileDigest(of: file))?.sha256 == checkpoint.sha256
  }
}
