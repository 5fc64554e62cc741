public import Experiments
public import RunStore

extension KnownTrainings {
  /// What `store` has of the trainings that go through `states`. Files are looked at only for their size: whether they
  /// are what was written, the launch finds out of those that it needs.
  public init(through states: Set<String>, in store: RunStore) throws {
    let stages = try store.trainings(through: states)
    let progress = try store.progress(ofStages: stages.map(\.hash))
    let checkpoints = try store.checkpoints(ofStates: Array(Set(stages.flatMap(\.states))))
    self.init(
      stages.map { stage in
        Training(
          stage: stage, isFinished: progress[stage.hash]?.status == .finished,
          isBegun: progress[stage.hash]?.attempts ?? 0 > 0)
      },
      kept: Set(checkpoints.values.filter { StateFiles.hasSize($0, in: store) }.map(\.state)))
  }
}
