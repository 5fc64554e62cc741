public import Experiments
public import RunStore

extension KnownTrainings {
  /// What `store` has of the trainings that go through `states`. Files are looked at only for their size: whether they
  /// are what was written, the launch finds out of those that it needs.
  ///
  /// - Parameter read: trainings that were read before, by hash; those read now are added.
  public init(through states: Set<String>, in store: RunStore, read: inout [String: Stage]) throws {
    let stages = try store.trainings(through: states, known: read)
    for stage in stages { read[stage.hash] = stage }
    let progress = try store.progress(ofStages: stages.map(\.hash))
    // Where a training begins and ends, plans know of it whether its weights lie there or not.
    let within = Set(stages.flatMap { $0.states.dropFirst().dropLast() })
    let checkpoints = try store.checkpoints(ofStates: Array(within))
    self.init(
      stages.map { stage in
        Training(
          stage: stage, isFinished: progress[stage.hash]?.status == .finished,
          isBegun: progress[stage.hash]?.attempts ?? 0 > 0)
      },
      kept: Set(checkpoints.values.filter { StateFiles.hasSize($0, in: store) }.map(\.state)))
  }
}
