import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

@Suite(.timeLimit(.minutes(1))) struct `A stage whose trainer died` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private func launch(
    _ text: String, faults: [String: String], progress: Collected = Collected()
  ) async throws -> (LaunchOutcome, Plan) {
    let plan = try workshop.plan(text)
    let outcome = try await Launcher(
      store: store, plan: plan, jobs: 2, trainer: workshop.trainer(faults), progress: progress
    ).run(interruptions: Interruptions.none)
    return (outcome, plan)
  }

  @Test func `is begun again as often as the file says, and each attempt is on record`() async throws {
    let collected = Collected()
    let (outcome, plan) = try await launch(
      "name: q\nlaunch: {retries: 2}", faults: ["FAKE_FAULT": "crash once", "FAKE_TARGET": "train"],
      progress: collected)
    #expect(outcome.exitStatus == 0)
    #expect(outcome.executed == 3)
    let attempts = try store.attempts(of: plan.stages[1].hash)
    #expect(attempts.map(\.status) == [.failed, .finished])
    #expect(attempts[0].message == "the trainer was killed (signal 9), perhaps for want of memory")
    #expect(
      collected.events.contains { if case .retrying(_, _, retry: 1, of: 2) = $0 { true } else { false } })
  }

  @Test func `has failed when that is used up, and the rest is done`() async throws {
    let (outcome, plan) = try await launch(
      "\(sweepText)\nlaunch: {retries: 1}", faults: ["FAKE_FAULT": "crash", "FAKE_TARGET": "sample"])
    #expect(outcome.executed == 3)
    #expect(outcome.failures.count == 4)
    let sample = try #require(plan.stages.last)
    #expect(try store.attempts(of: sample.hash).map(\.status) == [.failed, .failed])
    #expect(outcome.failures[0].message.hasSuffix("the first word\nthe last word"))
  }

  @Test func `is not begun again where the trainer itself gave up`() async throws {
    let (outcome, _) = try await launch(
      "name: q\nlaunch: {retries: 5}", faults: ["FAKE_FAULT": "input", "FAKE_TARGET": "train"])
    #expect(outcome.failures.count == 1)
    #expect(workshop.logged("started").count == 2)
  }

  @Test func `is ended where it says nothing for too long`() async throws {
    let (outcome, plan) = try await launch(
      "name: q\nlaunch: {silence_seconds: 1}", faults: ["FAKE_FAULT": "hang", "FAKE_TARGET": "train"])
    #expect(
      outcome.failures.map(\.message)
        == ["the trainer said nothing for 1 seconds (launch.silence_seconds), and was ended"])
    #expect(try store.attempts(of: plan.stages[1].hash).map(\.status) == [.failed])
    #expect(outcome.notExecuted.map(\.kind) == [.sample])
  }

  @Test func `is not taken for a hung one where it was suspended`() async throws {
    async let launched = launch(
      "name: q\nlaunch: {silence_seconds: 1}", faults: ["FAKE_SECONDS": "0.3", "FAKE_TARGET": "train"])
    try await workshop.wait(for: "ready", count: 2)
    let trainer = try #require(workshop.logged("ready").first { $0.kind == "train" }).process
    kill(trainer, SIGSTOP)
    try await Task.sleep(for: .milliseconds(2500))
    kill(trainer, SIGCONT)
    #expect(try await launched.0.executed == 3)
  }

  @Test func `is not taken for a hung one where the launcher was suspended`() async throws {
    let trainer = try workshop.trainer(["FAKE_SECONDS": "5", "FAKE_TARGET": "train"])
    let process = try LauncherProcess(workshop, "name: q\nlaunch: {silence_seconds: 4}", trainer: trainer)
    try await workshop.wait(for: "ready", count: 2)
    process.signal(SIGSTOP)
    try await Task.sleep(for: .milliseconds(4500))
    process.signal(SIGCONT)
    #expect(try await process.ended().end == .exited(0))
  }

  @Test func `runs on under the same identity whatever the block says`() throws {
    #expect(
      try workshop.plan("name: q").runs.map(\.id)
        == workshop.plan("name: q\nlaunch: {retries: 3, silence_seconds: null}").runs.map(\.id))
  }

  static let mistakes = [
    ("launch: {retrys: 1}", "2:10: unknown key 'retrys' in launch. Did you mean 'retries'?"),
    ("launch: {retries: -1}", "2:19: launch.retries must be an integer from 0 to 100, not '-1'. Did you mean '0'?"),
    ("launch: 3", "2:9: launch must be a block, not '3'"),
  ]

  @Test(arguments: mistakes) func `has a block that explains its mistakes`(block: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try workshop.plan("name: q\n\(block)") }
    #expect(error?.description.hasSuffix(message) == true, "\(error?.description ?? "")")
  }
}
