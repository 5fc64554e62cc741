import Experiments
import Foundation
import RunStore

extension SlurmLaunch {
  /// Submits what can be, and follows what another launch has submitted. One launch at a time does so, so that nothing
  /// is submitted twice.
  mutating func submit() async throws {
    guard !queue.waiting.isEmpty, .now >= nextSubmission, let lock = try store.lock(stage: "slurm") else { return }
    defer { withExtendedLifetime(lock) {} }
    do { try await attach() } catch let refusal as SlurmClient.Refusal {
      nextSubmission = .now + .seconds(settings.pollSeconds)
      return try patience.endure(refusal)
    }
    while true {
      let stages = try level()
      if stages.isEmpty { return }
      let arrays = SlurmArray.make(stages, size: maxArraySize) { stage in
        queue.needs(of: stage).compactMap { tasks[$0]?.place }
      }
      for array in arrays {
        guard try await submit(array) else { return }
      }
    }
  }

  /// Follows the tasks that stand in the store already.
  private mutating func attach() async throws {
    let known = try store.slurmTasks(ofStages: queue.waiting.map(\.hash))
    let unanswered = Set(known.values.filter { $0.job == nil }.map(\.name))
    let found = unanswered.isEmpty ? [:] : try await site.client.jobs(named: unanswered)
    for (name, job) in found { try store.submitted(name: name, job: job) }
    for stage in queue.waiting {
      guard let task = known[stage.hash] else { continue }
      guard let job = task.job ?? found[task.name] else {
        // Slurm never got it, or has forgotten the job, which may have done the stage.
        try store.takeInRecords(ofStages: [stage.hash])
        try store.close([task])
        continue
      }
      tasks[stage.hash] = FollowedTask(
        known: task, place: SlurmPlace(job: job, index: task.index), wasLeft: true)
      queue.start(stage)
    }
  }

  /// Stages not submitted that wait only for what is done or submitted.
  private mutating func level() throws -> [Stage] {
    var level: [Stage] = []
    for stage in queue.waiting
    where queue.needs(of: stage).allSatisfy({ queue.isDone($0) || tasks[$0] != nil }) {
      // A process of this machine executes it.
      guard let hold = try store.lock(stage: stage.hash) else {
        if waitedFor.insert(stage.hash).inserted { launcher.progress.note(.waiting(stage)) }
        continue
      }
      defer { withExtendedLifetime(hold) {} }
      if !again || waitedFor.contains(stage.hash),
        try RemainingWork.isDone(stage, for: queue.waiting, of: plan, in: store)
      {
        queue.finish(stage)
        reused.insert(stage.hash)
        launcher.progress.note(.reused(stage))
      } else {
        level.append(stage)
      }
    }
    return level
  }

  /// - Returns: false where Slurm takes no more at present.
  private mutating func submit(_ array: SlurmArray) async throws -> Bool {
    let name = "darkroom-\(array.kind.rawValue)-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    let files = SlurmJobFiles(name: name, artifacts: store.artifacts)
    let hashes = array.members.map(\.stage.hash)
    let queue = queue
    try files.write(array, trainer: launcher.trainer, setup: settings.setup)
    try store.writeOrders(for: hashes) { queue.isDone($0) }
    let recorded = try store.progress(ofStages: hashes)
    let announced = array.members.map { index, stage in
      SlurmTask(stage: stage.hash, name: name, index: index, attempts: recorded[stage.hash]?.attempts ?? 0)
    }
    try store.announce(announced)
    let job: Int
    do {
      job = try await site.client.submit(files.arguments(array, settings, atOnce: site.tasksAtOnce))
    } catch let refusal as SlurmClient.Refusal where refusal.isSilence {
      // Whether Slurm has the job, its name tells when Slurm answers again.
      nextSubmission = .now + .seconds(settings.pollSeconds)
      try submissionPatience.endure(refusal)
      return false
    } catch let refusal as SlurmClient.Refusal {
      try store.close(announced)
      files.remove()
      return try await submitParts(of: array, refusal)
    }
    submissionPatience.answered()
    try store.submitted(name: name, job: job)
    for task in announced {
      tasks[task.stage] = FollowedTask(known: task, place: SlurmPlace(job: job, index: task.index), wasLeft: false)
    }
    for member in array.members { self.queue.start(member.stage) }
    launcher.progress.note(.submitted(array.members.map(\.stage), job: job))
    return true
  }

  /// Where a user may have only so many tasks, fewer are tried, and the rest when some have ended.
  private mutating func submitParts(of array: SlurmArray, _ refusal: SlurmClient.Refusal) async throws -> Bool {
    guard refusal.isOfLimit, array.members.count > 1 || !tasks.isEmpty else {
      throw InputError(
        "Slurm refuses the job: \(refusal.words.joined(separator: "; "))", file: plan.experiment.file)
    }
    guard array.members.count > 1 else {
      nextSubmission = .now + .seconds(settings.pollSeconds)
      return false
    }
    let (first, second) = array.halves
    guard try await submit(first) else { return false }
    return try await submit(second)
  }
}

extension SlurmArray {
  /// Of two members at least.
  fileprivate var halves: (SlurmArray, SlurmArray) {
    let middle = members.count / 2
    func part(_ members: ArraySlice<(index: Int, stage: Stage)>) -> SlurmArray {
      SlurmArray(kind: kind, members: Array(members), needs: needs, counterpart: counterpart)
    }
    return (part(members[..<middle]), part(members[middle...]))
  }
}
