import Experiments
import Foundation
import RunStore

extension SlurmLaunch {
  /// What a node wrote is seen after so long at the latest: network file systems look again every so often.
  private static let longestDelay = Duration.seconds(60)

  /// Takes in what tasks have told, asks Slurm how they stand where that is due, and draws the conclusions.
  /// - Returns: whether tasks have told anything.
  mutating func look() async throws -> Bool {
    if .now >= nextQuestion { try await ask() }
    let begun = Array(tasks.filter { $0.value.state != .pending && $0.value.state != .hopeless }.keys)
    let hasNewRecords = try follower.takeIn(ofStages: begun)
    let recorded = try store.progress(ofStages: begun)
    // A stage comes after those that it needs: what failed is seen before what waits for it in vain.
    for stage in queue.stages { try await judge(stage, recorded[stage.hash]) }
    return hasNewRecords
  }

  private mutating func ask() async throws {
    nextQuestion = .now + .seconds(settings.pollSeconds)
    do {
      try await tellUnwanted()
      guard !tasks.isEmpty else { return }
      let states = try await site.client.states(ofJobsNamed: Set(tasks.values.map(\.known.name)))
      for (stage, task) in tasks {
        let state = states[task.place.name] ?? .over(.forgotten)
        tasks[stage]?.state = state
        if state == .pending || state == .running {
          tasks[stage]?.wasLeft = false
          tasks[stage]?.end = nil
        }
      }
      patience.answered()
    } catch let refusal as SlurmClient.Refusal {
      try patience.endure(refusal)
    }
  }

  private mutating func judge(_ stage: Stage, _ recorded: StageProgress?) async throws {
    guard let task = tasks[stage.hash] else { return }
    let begun = (recorded?.attempts ?? 0) > task.known.attempts
    if begun, recorded?.status == .finished {
      tasks[stage.hash] = nil
      try store.close([task.known])
      queue.finish(stage)
      outcome.executed += 1
      launcher.progress.note(.finished(stage, seconds: recorded?.seconds ?? 0))
      return
    }
    switch task.state {
    case .pending:
      guard task.isRunning else { return }
      tasks[stage.hash]?.isRunning = false
      launcher.progress.note(.requeued(stage))
    case .hopeless: try await withdraw([stage])
    case .running: try await follow(stage, task)
    case .over(let ending):
      if task.end == nil { tasks[stage.hash]?.end = .now }
      let status = SlurmJobFiles(name: task.known.name, artifacts: store.artifacts).status(task.place.index)
      if ending.mayTellMore(status: status, begun: begun), .now - (task.end ?? .now) < Self.longestDelay { return }
      try await ended(stage, task, begun: begun, SlurmFailure(ending, status: status))
    }
  }

  /// Shows how far a running task is, and ends one that hangs.
  private mutating func follow(_ stage: Stage, _ task: FollowedTask) async throws {
    var task = task
    if !task.isRunning {
      task.isRunning = true
      task.lastWordTime = .now
      launcher.progress.note(.started(stage))
    }
    let files = SlurmJobFiles(name: task.known.name, artifacts: store.artifacts)
    if let word = files.lastWord(task.place.index), word != task.lastWord {
      task.lastWord = word
      task.lastWordTime = .now
      if let report = TrainerReport(line: word) { launcher.progress.note(.reported(stage, report)) }
    }
    if let seconds = launcher.settings.silenceSeconds, stage.kind.tellsOfSteps, !task.isSilent,
      .now - task.lastWordTime > .seconds(seconds)
    {
      task.isSilent = true
      try await cancel([task])
    }
    tasks[stage.hash] = task
  }

  private mutating func ended(
    _ stage: Stage, _ task: FollowedTask, begun: Bool, _ failure: SlurmFailure
  ) async throws {
    let files = SlurmJobFiles(name: task.known.name, artifacts: store.artifacts)
    var failure = failure
    if task.isSilent {
      failure = SlurmFailure(
        "the trainer said nothing for \(launcher.settings.silenceSeconds ?? 0) seconds (launch.silence_seconds), "
          + "and was ended", isRetried: true)
    }
    let message = ([failure.sentence + " (Slurm job \(task.place.name))"] + files.lastLines(task.place.index))
      .joined(separator: "\n")
    let isStopped = outcome.wasInterrupted || failure.isCancelled
    try launcher.record(isStopped ? .killed : .failed, isStopped ? failure.sentence : message, stage, begun: begun)
    tasks[stage.hash] = nil
    try store.close([task.known])
    try await withdraw(descendants(of: stage))
    if outcome.wasInterrupted {
      outcome.notExecuted += [stage] + queue.fail(stage)
      launcher.progress.note(.stopped(stage))
    } else if task.wasLeft {
      // As with a launch on one machine: what failed before is tried again.
      queue.wait(stage)
    } else if failure.isRetried, retries[stage.hash, default: 0] < launcher.settings.retries {
      retries[stage.hash, default: 0] += 1
      queue.wait(stage)
      launcher.progress.note(
        .retrying(stage, message: message, retry: retries[stage.hash, default: 0], of: launcher.settings.retries))
    } else {
      outcome.failures.append(
        LaunchOutcome.Failure(stage: stage, message: message, isInputError: failure.isInputError))
      launcher.progress.note(.failed(stage, message: message))
      giveUp(queue.fail(stage))
    }
  }

  /// Submitted stages that need this one, directly or not.
  private func descendants(of stage: Stage) -> [Stage] {
    var hashes: Set<String> = [stage.hash]
    var found: [Stage] = []
    for other in queue.stages where queue.needs(of: other).contains(where: hashes.contains) {
      hashes.insert(other.hash)
      if tasks[other.hash] != nil { found.append(other) }
    }
    return found
  }

  /// Where Slurm doesn't answer, it is told again when it is next asked.
  mutating func cancel(_ tasks: [FollowedTask]) async throws {
    unwanted.formUnion(tasks.map(\.place))
    do { try await tellUnwanted() } catch let refusal as SlurmClient.Refusal { try patience.endure(refusal) }
  }

  /// Throws `Refusal`.
  private mutating func tellUnwanted() async throws {
    guard !unwanted.isEmpty else { return }
    try await site.client.cancel(unwanted.map(\.name).sorted())
    unwanted = []
  }

  /// Takes stages back that cannot begin as they were submitted.
  private mutating func withdraw(_ stages: [Stage]) async throws {
    let withdrawn = stages.compactMap { tasks[$0.hash] }
    guard !withdrawn.isEmpty else { return }
    try await cancel(withdrawn)
    try store.close(withdrawn.map(\.known))
    for stage in stages {
      tasks[stage.hash] = nil
      queue.wait(stage)
    }
  }
}
