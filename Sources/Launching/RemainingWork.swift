public import Experiments
import Foundation
public import RunStore

/// What of a plan the store does not have yet.
public enum RemainingWork {
  /// Stages to be executed, each after its parents.
  ///
  /// A finished stage is not done again, except where a stage to be done starts from a checkpoint of it that is gone.
  public static func stages(of plan: Plan, in store: RunStore) throws -> [Stage] {
    let progress = try store.progress(ofStages: plan.stages.map(\.hash))
    var needed = Set(plan.stages.map(\.hash).filter { progress[$0]?.status != .finished })
    let samples = plan.stages.filter { $0.kind == .sample && needed.contains($0.hash) }
    let kept = try intactStates(samples.flatMap(\.states), in: store)
    for sample in samples where !sample.states.allSatisfy(kept.contains) {
      needed.formUnion(sample.parents)
    }
    return plan.stages.filter { needed.contains($0.hash) }
  }

  /// Whether a stage is finished, and every checkpoint of it lies there that a stage among `stages` starts from.
  static func isDone(_ stage: Stage, for stages: [Stage], in store: RunStore) throws -> Bool {
    guard try store.progress(ofStages: [stage.hash])[stage.hash]?.status == .finished else { return false }
    let needed = Set(stages.filter { $0.parents.contains(stage.hash) && $0.kind == .sample }.flatMap(\.states))
    return try needed.isSubset(of: intactStates(Array(needed), in: store))
  }

  /// The states whose checkpoint lies in the artifacts folder in its full size.
  private static func intactStates(_ states: [String], in store: RunStore) throws -> Set<String> {
    let checkpoints = try store.checkpoints(ofStates: states)
    return Set(
      checkpoints.values.filter { checkpoint in
        let file = store.artifacts.appendingPathComponent(checkpoint.path)
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
        return attributes?[.size] as? Int == checkpoint.bytes
      }.map(\.state))
  }
}
