public import Experiments
public import RunStore

extension SlurmClient {
  /// Closes the tasks in `store` that Slurm no longer has, so that their stages can be executed on this machine. Of those
  /// that ended well the records are still to come. Where Slurm doesn't answer, none is closed.
  public func closeEndedTasks(of plan: Plan, in store: RunStore) async throws {
    // A launch that submits holds it: what it has just written down, Slurm doesn't know yet.
    guard let lock = try store.lock(stage: "slurm") else { return }
    defer { withExtendedLifetime(lock) {} }
    let known = try store.slurmTasks(ofStages: plan.stages.map(\.hash)).values
    guard !known.isEmpty, let tasks = try? await tasks(Set(known.map(\.name))) else { return }
    let open = tasks.filter { [.pending, .running, .over(.completed)].contains($0.state) }.map { task, name, _ in
      "\(name) \(task.drop { $0 != "_" }.dropFirst())"
    }
    try store.close(known.filter { !open.contains("\($0.name) \($0.index)") })
  }
}
