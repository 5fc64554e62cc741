import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

@Suite(.timeLimit(.minutes(1))) struct `A worker` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private func launch(_ plan: Plan, jobs: Int, faults: [String: String] = [:]) async throws -> LaunchOutcome {
    try await Launcher(store: store, plan: plan, jobs: jobs, trainer: workshop.trainer(faults), progress: Collected())
      .run(interruptions: Interruptions.none)
  }

  private func isAlive(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

  @Test(arguments: [1, 2]) func `keeps its trainer from stage to stage`(jobs: Int) async throws {
    let plan = try workshop.plan(sweepText)
    #expect(try await launch(plan, jobs: jobs, faults: ["FAKE_SECONDS": "0.1"]).executed == 7)
    let trainers = Set(workshop.logged("started").map(\.process))
    #expect(trainers.count == jobs)
    #expect(!trainers.contains(where: isAlive))
  }

  @Test(arguments: ["crash", "input", "silent"]) func `begins a new trainer after anything but success`(fault: String)
    async throws
  {
    let plan = try workshop.plan(sweepText)
    let failing = plan.stages.filter { $0.kind == .train }[0].hash
    let outcome = try await launch(plan, jobs: 1, faults: ["FAKE_FAULT": fault, "FAKE_TARGET": failing])
    #expect(outcome.executed == 4)
    #expect(outcome.failures.map(\.stage.hash) == [failing])
    // What the trainer said of the stage before is none of this one's last words.
    #expect(!outcome.failures[0].message.contains("well done"))
    let started = workshop.logged("started")
    let failed = try #require(started.firstIndex { $0.hash == failing })
    let (before, after) = (Set(started[...failed].map(\.process)), Set(started[(failed + 1)...].map(\.process)))
    #expect(before.count == 1)
    #expect(after.count == 1)
    #expect(before != after)
  }

  @Test func `whose trainer dies between two stages begins another, and nothing has failed`() async throws {
    let plan = try workshop.plan(sweepText)
    let outcome = try await launch(plan, jobs: 2, faults: ["FAKE_FAULT": "die between"])
    #expect(outcome.executed == 7)
    #expect(outcome.failures.isEmpty)
    #expect(workshop.logged("started").count == 7)
    #expect(try plan.stages.allSatisfy { try store.attempts(of: $0.hash).map(\.status) == [.finished] })
  }

  @Test func `that waits goes with its launcher`() async throws {
    let plan = try workshop.plan(sweepText)
    let gated = plan.stages.filter { $0.kind == .train }[0].hash
    let gate = workshop.folder.appending(path: "gate").path
    let trainer = try workshop.trainer(["FAKE_GATE": gate, "FAKE_TARGET": gated])
    let process = try LauncherProcess(workshop, sweepText, trainer: trainer)
    // The data, the other training and its two grids; then nothing is left to do but what needs the first.
    try await workshop.wait(for: "finished", count: 4)
    let busy = try #require(workshop.logged("started").first { $0.hash == gated }).process
    let waiting = try #require(workshop.logged("finished").last).process
    #expect(waiting != busy)
    #expect(isAlive(waiting))
    process.signal(SIGKILL)
    for _ in 0..<500 where isAlive(waiting) || isAlive(busy) { try await Task.sleep(for: .milliseconds(10)) }
    #expect(!isAlive(waiting))
    #expect(!isAlive(busy))
    #expect(workshop.logged("orphaned").map(\.hash) == [gated])
  }
}
