import Experiments

/// One execution of a plan, wherever its stages are executed.
protocol PlanExecution {
  var launcher: Launcher { get }
  /// What is executed; a search extends it.
  var plan: Plan { get set }
  var search: TrialSearch? { get set }
  var queue: StageQueue { get set }
  /// Stages that the store had, or that another process did meanwhile, by hash.
  var reused: Set<String> { get set }
  var outcome: LaunchOutcome { get set }

  /// Returns when nothing more can be done, or somebody has asked for an end.
  mutating func run(_ interruptions: AsyncStream<Void>) async throws -> LaunchOutcome
}

extension PlanExecution {
  /// Asks the search for more.
  ///
  /// - Parameter room: trials that may be under way at once.
  /// - Returns: whether the search has gone on.
  mutating func grow(room: Int) throws -> Bool {
    guard var search else { return false }
    let queue = queue
    let hasGrown = try search.advance(room: room) { queue.isOpen($0) }
    self.search = search
    guard hasGrown else { return false }
    plan = search.plan
    let asked = Set(queue.stages.map(\.hash))
    let left = try RemainingWork.stages(of: plan, beyond: asked.union(reused), in: launcher.store)
    let (new, lost) = self.queue.extend(with: left, preparations: plan.preparations)
    let toDo = asked.union(new.map(\.hash))
    reused.formUnion(plan.stages.map(\.hash).filter { !toDo.contains($0) })
    launcher.progress.note(.extended(plan, new))
    giveUp(lost)
    return true
  }

  /// Stages that cannot be done.
  mutating func giveUp(_ lost: [Stage]) {
    for stage in lost {
      outcome.notExecuted.append(stage)
      launcher.progress.note(.notExecuted(stage))
    }
  }
}
