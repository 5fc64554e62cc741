import ArgumentParser
import Experiments
import Files
import Foundation
import Launching
import Reports
import RunStore

/// How a plan is executed, and what is said at its end.
struct LaunchOptions: ParsableArguments {
  enum Place: String, ExpressibleByArgument, CaseIterable {
    case local, slurm
  }

  @Option(
    help: ArgumentHelp(
      "How many stages at once, each in a process of its own; with Slurm, tasks of one job array, and trials of a search. "
        + "(default: 1; with Slurm no limit, but 8 trials of a search)", valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Where stages are executed: on this machine, or by Slurm.", valueName: "local|slurm"))
  var launcher: Place = .local

  @Flag(help: "Do everything again, what is finished too.")
  var again = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1, not \(jobs).") }
  }

  /// Throws `ExitCode` where not everything was done.
  func execute(_ experiment: Experiment, storedIn options: StoreOptions) throws {
    let isThere = FileManager.default.fileExists(atPath: options.path)
    let known = isThere ? try RunStore(path: options.path, mode: .create) : nil
    try known?.takeInRecords()
    // Nothing is made for a file that cannot be used.
    let beforehand = try Planner(experiment, store: known).plan()
    let trainer = try TrainerProgram.find()
    let slurm = launcher == .slurm ? SlurmSite(try SlurmClient(), tasksAtOnce: jobs) : nil
    let store = try known ?? RunStore(path: options.path, mode: .create)
    if slurm == nil, let client = try? SlurmClient() {
      try waitFor { try await client.closeEndedTasks(of: beforehand, in: store) }
    }
    let planner = Planner(experiment, store: store)
    for warning in beforehand.warnings { say("warning: \(warning)") }
    warnOfCrowding(beforehand)
    let outcome = try launch(planner, beforehand, trainer, slurm, store)
    let plan = try TrialSearch(planner, in: store)?.plan ?? planner.plan()
    if outcome.executed == 0, outcome.exitStatus == 0 {
      let name = plan.runs.count == 1 ? plan.runs[0].name : "sweep \(plan.experiment.name)"
      say("\(name) is finished already; --again repeats it.")
    }
    let failures = Dictionary(outcome.failures.map { ($0.stage.hash, $0.message) }) { first, _ in first }
    let ending = LaunchEnding(
      plan: plan, runs: try plan.runs.map { try store.summary(ofRun: $0.id) }, failures: failures)
    print("\n" + ending.text(for: .current, database: options.isUsual ? nil : options.path), terminator: "")
    if outcome.exitStatus != 0 { throw ExitCode(outcome.exitStatus) }
  }

  /// Where another launch has changed the store since the plan was made, it is made again.
  private func launch(
    _ planner: Planner, _ beforehand: Plan, _ trainer: URL, _ slurm: SlurmSite?, _ store: RunStore
  ) throws -> LaunchOutcome {
    var plan = beforehand
    let search = try TrialSearch(planner, in: store)
    while true {
      let launcher = Launcher(
        store: store, plan: plan, search: search, jobs: jobs ?? 1, slurm: slurm, trainer: trainer,
        progress: progressDisplay(search?.plan ?? plan))
      do {
        return try waitFor { [again] in try await launcher.run(again: again) }
      } catch is OutdatedPlan {
        plan = try planner.plan()
      }
    }
  }

  private func warnOfCrowding(_ plan: Plan) {
    let threads = plan.runs.compactMap { $0.parameters["training.threads"]?.number }.max() ?? 1
    let processors = ProcessInfo.processInfo.activeProcessorCount
    guard launcher == .local, let jobs, jobs > 1, jobs * Int(threads) > processors else { return }
    say(
      "warning: \(jobs) jobs of \(Int(threads)) threads each are slower than fewer on \(processors) processors; "
        + "-S training.threads=1 makes them narrower, and is a training of its own")
  }

  private func say(_ message: String) {
    FileHandle.standardError.tell(message + "\n")
  }
}

/// Waits for asynchronous work in a program whose other commands do without.
func waitFor<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) throws -> Result {
  let box = ResultBox<Result>()
  Task {
    do { box.result = .success(try await work()) } catch { box.result = .failure(error) }
    box.ready.signal()
  }
  box.ready.wait()
  guard let result = box.result else { preconditionFailure("work ended without a result") }
  return try result.get()
}

/// Written before `ready` is signalled, read after: never at once.
private final class ResultBox<Value: Sendable>: @unchecked Sendable {
  let ready = DispatchSemaphore(value: 0)
  var result: Result<Value, any Error>?
}
