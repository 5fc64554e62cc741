public import Experiments
public import Foundation
public import RunStore

/// Executes what a plan still lacks, in trainer processes.
public struct Launcher: Sendable {
  let store: RunStore
  let plan: Plan
  let search: TrialSearch?
  let jobs: Int
  let slurm: SlurmSite?
  let trainer: URL
  let progress: any LaunchProgress
  var settings: LaunchSettings { plan.experiment.launch }

  /// How often a stage that another process executes is looked at.
  static let waitMilliseconds = 200

  /// - Parameters:
  ///   - search: says what comes after `plan`; nil where that is all.
  ///   - jobs: how many trainers may run at once; from 1.
  ///   - slurm: executes the stages instead of this machine; then `jobs` has no say.
  ///   - trainer: the program `darkroom-trainer`, as `TrainerProgram.find()` gives it.
  public init(
    store: RunStore, plan: Plan, search: TrialSearch? = nil, jobs: Int = 1, slurm: SlurmSite? = nil, trainer: URL,
    progress: any LaunchProgress
  ) {
    precondition(jobs >= 1, "a launcher needs at least one job")
    self.store = store
    self.plan = plan
    self.search = search
    self.jobs = jobs
    self.slurm = slurm
    self.trainer = trainer
    self.progress = progress
  }

  /// Registers the plan, and returns when nothing more can be done. What fails is part of the outcome.
  ///
  /// The first interruption asks the trainers to stop, and waits for them; the second ends them at once. Jobs of Slurm's
  /// go on after the first, and are cancelled by a second soon after.
  ///
  /// - Parameter again: executes every stage, finished ones too.
  ///
  /// Throws `StoreError` where the store fails, and `InputError` where the trainer cannot be started.
  public func run(
    again: Bool = false, interruptions: AsyncStream<Void> = Interruptions.ofThisProcess()
  ) async throws -> LaunchOutcome {
    var search = search
    try search?.register()
    let plan = search?.plan ?? plan
    if search == nil { try store.register(plan) }
    let stages = again ? plan.stages : try RemainingWork.stages(of: plan, in: store)
    progress.note(.began(stages: stages, reused: plan.stages.count - stages.count, jobs: jobs))
    var launch: any PlanExecution =
      if let slurm {
        SlurmLaunch(self, slurm, plan, search, stages: stages, again: again)
      } else {
        Launch(self, plan, search, stages: stages, again: again)
      }
    do {
      let outcome = try await launch.run(interruptions)
      progress.note(.ended(outcome))
      return outcome
    } catch {
      progress.note(.aborted)
      throw error
    }
  }
}
