import Experiments
import Foundation
import Launching
import RunStore
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A launcher` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private func launch(
    _ plan: Plan, jobs: Int = 2, trainer: URL, progress: any LaunchProgress = Collected(), again: Bool = false,
    interruptions: AsyncStream<Void> = Interruptions.none
  ) async throws -> LaunchOutcome {
    try await Launcher(store: store, plan: plan, jobs: jobs, trainer: trainer, progress: progress)
      .run(again: again, interruptions: interruptions)
  }

  private func statuses(_ plan: Plan) throws -> [Status] {
    let progress = try store.progress(ofStages: plan.stages.map(\.hash))
    return plan.stages.map { progress[$0.hash]?.status ?? .scheduled }
  }

  @Test func `executes each stage once, after those it needs, at most so many at a time`() async throws {
    let plan = try workshop.plan(sweepText)
    let collected = Collected()
    let outcome = try await launch(plan, trainer: workshop.trainer(["FAKE_SECONDS": "0.1"]), progress: collected)
    #expect(outcome.executed == 7)
    #expect(outcome.exitStatus == 0)
    #expect(workshop.logged("started").map(\.hash).sorted() == plan.stages.map(\.hash).sorted())
    #expect(try statuses(plan).allSatisfy { $0 == .finished })

    var running: Set<String> = []
    var done: Set<String> = []
    for event in collected.events {
      switch event {
      case .started(let stage):
        #expect(stage.parents.allSatisfy(done.contains))
        running.insert(stage.hash)
        #expect(running.count <= 2)
      case .finished(let stage, _):
        running.remove(stage.hash)
        done.insert(stage.hash)
      default: break
      }
    }
    let reports = collected.events.compactMap { if case .reported(_, let report) = $0 { report } else { nil } }
    #expect(reports.count == 2 * 3 + 5)
    #expect(reports.contains { $0.epoch == 2 && $0.epochs == 3 && $0.loss == 0.5 && $0.fraction == 2.5 / 3 })
  }

  @Test func `does nothing again, but what is new or asked for`() async throws {
    let trainer = try workshop.trainer()
    let plan = try workshop.plan(sweepText)
    _ = try await launch(plan, trainer: trainer)
    let second = try await launch(plan, trainer: trainer)
    #expect(second.executed == 0)
    #expect(second.reused == 7)
    #expect(workshop.logged("started").count == 7)

    let other = try workshop.plan(sweepText.replacingOccurrences(of: "[5, 10]", with: "[5, 10, 20]"))
    let third = try await launch(other, trainer: trainer)
    #expect(third.executed == 2)
    #expect(workshop.logged("started").suffix(2).map(\.kind) == ["sample", "sample"])

    let fourth = try await launch(plan, trainer: trainer, again: true)
    #expect(fourth.executed == 7)
  }

  @Test func `leaves to Slurm what Slurm has, and what needs that`() async throws {
    let plan = try workshop.plan(sweepText)
    try store.register(plan)
    let training = plan.stages.filter { $0.kind == .train }[0]
    let children = plan.stages.filter { $0.parents.contains(training.hash) }
    let tasks = [training, children[0]].map { stage in
      SlurmTask(stage: stage.hash, name: "job", job: 7, index: 0, attempts: 0)
    }
    try store.announce(tasks)
    let collected = Collected()
    for again in [false, true] {
      let outcome = try await launch(plan, trainer: workshop.trainer(), progress: collected, again: again)
      #expect(outcome.executed == 4)
      #expect(outcome.goingOn == 2)
      #expect(outcome.notExecuted == [children[1]])
      #expect(outcome.exitStatus == 1)
    }
    #expect(!workshop.logged("started").contains { $0.hash == training.hash })
    try store.close(tasks)
    #expect(try await launch(plan, trainer: workshop.trainer()).executed == 3)
  }

  @Test func `trains again where the checkpoint that a new grid needs is gone or short`() async throws {
    let trainer = try workshop.trainer()
    _ = try await launch(try workshop.plan("name: q"), trainer: trainer)
    let checkpoints = store.artifacts.appendingPathComponent("checkpoints")
    let file = try #require(try FileManager.default.contentsOfDirectory(atPath: checkpoints.path).first)
    try Data("we".utf8).write(to: checkpoints.appendingPathComponent(file))

    let finished = try await launch(try workshop.plan("name: q"), trainer: trainer)
    #expect(finished.executed == 0)
    let outcome = try await launch(try workshop.plan("name: q\nsampling: {steps: 7}"), trainer: trainer)
    #expect(outcome.executed == 2)
    #expect(workshop.logged("started").suffix(2).map(\.kind) == ["train", "sample"])
  }

  @Test func `records a crash with the trainer's last words, and does the rest`() async throws {
    let plan = try workshop.plan(sweepText)
    let first = plan.stages.filter { $0.kind == .train }[0]
    let good = try workshop.trainer()
    let trainer = try workshop.trainer(["FAKE_FAULT": "crash", "FAKE_TARGET": first.hash])
    let outcome = try await launch(plan, trainer: trainer)
    #expect(outcome.executed == 4)
    #expect(outcome.failures.map(\.stage.hash) == [first.hash])
    #expect(outcome.notExecuted.count == 2)
    #expect(outcome.notExecuted.allSatisfy { $0.parents == [first.hash] })
    #expect(outcome.exitStatus == 1)
    let progress = try #require(try store.progress(ofStages: [first.hash])[first.hash])
    #expect(progress.status == .failed)
    #expect(progress.attempts == 1)
    #expect(
      progress.message == "the trainer was killed (signal 9), perhaps for want of memory\nthe first word\nthe last word"
    )

    let healed = try await launch(plan, trainer: good)
    #expect(healed.executed == 3)
    #expect(try statuses(plan).allSatisfy { $0 == .finished })
  }

  @Test func `records for a trainer that died before it could record anything`() async throws {
    let plan = try workshop.plan("name: q")
    let outcome = try await launch(plan, trainer: workshop.script("echo no library >&2; exit 127"))
    #expect(outcome.failures.map(\.message) == ["the trainer ended with status 127\nno library"])
    #expect(outcome.notExecuted.map(\.kind) == [.train, .sample])
    #expect(try statuses(plan) == [.failed, .scheduled, .scheduled])
    let attempts = try store.attempts(of: plan.stages[0].hash)
    #expect(attempts.map(\.message) == ["the trainer ended with status 127\nno library"])
  }

  @Test func `takes no word of success without the store's`() async throws {
    let plan = try workshop.plan("name: q")
    let outcome = try await launch(plan, trainer: workshop.trainer(["FAKE_FAULT": "silent", "FAKE_TARGET": "train"]))
    #expect(outcome.failures.map(\.message) == ["the trainer ended without finishing the stage"])
    #expect(try statuses(plan) == [.finished, .failed, .scheduled])
  }

  @Test func `tells unusable input from failed work`() async throws {
    let plan = try workshop.plan("name: q")
    let outcome = try await launch(plan, trainer: workshop.trainer(["FAKE_FAULT": "input", "FAKE_TARGET": "prepare"]))
    #expect(outcome.exitStatus == 65)
    #expect(outcome.failures.first?.message == "the trainer ended with status 65\nthe class is empty")
  }

  @Test func `says where a trainer cannot be started`() async throws {
    let plan = try workshop.plan("name: q")
    let missing = workshop.folder.appendingPathComponent("nothing")
    await #expect(throws: InputError("\(missing.path) cannot be started: No such file or directory")) {
      try await launch(plan, trainer: missing)
    }
  }

  @Test func `stops its trainers at the first interruption, and they record it`() async throws {
    let plan = try workshop.plan(sweepText)
    let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
    let trainer = try workshop.trainer(["FAKE_FAULT": "polite", "FAKE_TARGET": "train", "FAKE_SECONDS": "30"])
    async let outcome = launch(plan, trainer: trainer, interruptions: interruptions)
    try await workshop.wait(for: "ready", count: 3)
    interrupt.yield()
    let ended = try await outcome
    #expect(ended.wasInterrupted)
    #expect(ended.exitStatus == 130)
    #expect(ended.failures.isEmpty)
    #expect(workshop.logged("stopped").count == 2)
    let trains = plan.stages.filter { $0.kind == .train }.map(\.hash)
    #expect(try trains.allSatisfy { try store.progress(ofStages: [$0])[$0]?.status == .killed })
  }

  @Test func `ends stubborn trainers at the second interruption, and records them as killed`() async throws {
    let plan = try workshop.plan("name: q")
    let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
    let trainer = try workshop.trainer(["FAKE_FAULT": "stubborn", "FAKE_TARGET": "prepare", "FAKE_SECONDS": "1000"])
    async let outcome = launch(plan, trainer: trainer, interruptions: interruptions)
    try await workshop.wait(for: "ready")
    interrupt.yield()
    try await Task.sleep(for: .milliseconds(300))
    interrupt.yield()
    #expect(try await outcome.wasInterrupted)
    #expect(try statuses(plan) == [.killed, .scheduled, .scheduled])
    #expect(kill(try #require(workshop.logged("started").first).process, 0) != 0)
  }

  @Test func `shares stages with another launcher on the same store`() async throws {
    let plan = try workshop.plan(sweepText)
    let trainer = try workshop.trainer(["FAKE_SECONDS": "0.3"])
    let other = Launcher(
      store: try workshop.store(), plan: plan, jobs: 2, trainer: trainer, progress: Collected())
    async let second = other.run(interruptions: Interruptions.none)
    let first = try await launch(plan, trainer: trainer)
    let both = try await second
    #expect(first.exitStatus == 0)
    #expect(both.exitStatus == 0)
    #expect(first.executed + both.executed == 7)
    #expect(first.reused + both.reused == 7)
    #expect(workshop.logged("started").count == 7)
    #expect(try statuses(plan).allSatisfy { $0 == .finished })
  }

  @Test func `takes over where the other's trainer died`() async throws {
    let plan = try workshop.plan("name: q")
    let bad = try workshop.trainer(["FAKE_FAULT": "stubborn", "FAKE_SECONDS": "1000"])
    let other = Launcher(store: try workshop.store(), plan: plan, jobs: 1, trainer: bad, progress: Collected())
    async let lost = other.run(interruptions: Interruptions.none)
    try await workshop.wait(for: "started")
    let collected = Collected()
    async let mine = launch(plan, trainer: workshop.trainer(), progress: collected)
    try await Task.sleep(for: .milliseconds(500))
    #expect(collected.events.contains { if case .waiting = $0 { true } else { false } })
    kill(try #require(workshop.logged("started").first).process, SIGKILL)
    #expect(try await lost.failures.count == 1)
    #expect(try await mine.executed == 3)
    #expect(try statuses(plan) == [.finished, .finished, .finished])
  }
}
