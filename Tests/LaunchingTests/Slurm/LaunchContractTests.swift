import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

/// What holds wherever stages are executed.
@Suite(.timeLimit(.minutes(2))) struct `Wherever stages are executed` {
  enum Place: CaseIterable, Sendable {
    case local, slurm

    func site() async throws -> SlurmSite? {
      guard self == .slurm else { return nil }
      return SlurmSite(try SlurmClient(environment: try await SlurmCluster.shared.environment()))
    }
  }

  /// Slurm is asked often, so that the test is short.
  static let slurm = "\nslurm: {poll_seconds: 0.3}"
  static let places = SlurmCluster.isAvailable ? Place.allCases : [.local]

  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private func launch(
    _ text: String, at place: Place, trainer: URL, progress: Collected = Collected()
  ) async throws -> (LaunchOutcome, Plan) {
    let plan = try workshop.plan(text + Self.slurm)
    let launcher = Launcher(
      store: store, plan: plan, jobs: 2, slurm: try await place.site(), trainer: trainer, progress: progress)
    return (try await launcher.run(interruptions: Interruptions.none), plan)
  }

  @Test(arguments: places) func `each is executed once, after those it needs, and not again`(_ place: Place)
    async throws
  {
    let trainer = try workshop.trainer()
    let collected = Collected()
    let (outcome, plan) = try await launch(sweepText, at: place, trainer: trainer, progress: collected)
    #expect(outcome.executed == 7)
    #expect(outcome.exitStatus == 0)
    let started = workshop.logged("started").map(\.hash)
    #expect(started.sorted() == plan.stages.map(\.hash).sorted())
    for stage in plan.stages {
      let place = try #require(started.firstIndex(of: stage.hash))
      #expect(stage.parents.allSatisfy { started[..<place].contains($0) })
    }
    for run in plan.runs {
      let summary = try store.summary(ofRun: run.id)
      #expect(summary.status == .finished)
      #expect(summary.metrics["validation.mse"]?.last == 1.0 / 3 + 1)
    }
    let (second, _) = try await launch(sweepText, at: place, trainer: trainer)
    #expect(second.executed == 0)
    #expect(second.reused == 7)
    let more = sweepText.replacingOccurrences(of: "[5, 10]", with: "[5, 10, 20]")
    let (third, _) = try await launch(more, at: place, trainer: trainer)
    #expect(third.executed == 2)
    #expect(workshop.logged("started").count == 9)
  }

  @Test(arguments: places) func `a crash is recorded with the last words, and the rest is done`(_ place: Place)
    async throws
  {
    let failing = try workshop.plan(sweepText).stages.filter { $0.kind == .train }[0]
    let good = try workshop.trainer()
    let trainer = try workshop.trainer(["FAKE_FAULT": "crash", "FAKE_TARGET": failing.hash])
    let (outcome, plan) = try await launch(sweepText, at: place, trainer: trainer)
    #expect(outcome.executed == 4)
    #expect(outcome.failures.map(\.stage.hash) == [failing.hash])
    #expect(outcome.notExecuted.count == 2)
    #expect(outcome.exitStatus == 1)
    let attempt = try #require(try store.attempts(of: failing.hash).first)
    #expect(attempt.status == .failed)
    let message = try #require(attempt.message)
    #expect(message.hasPrefix("the trainer was killed (signal 9), perhaps for want of memory"))
    #expect(message.contains("the first word\nthe last word"))

    let (healed, _) = try await launch(sweepText, at: place, trainer: good)
    #expect(healed.executed == 3)
    #expect(try plan.runs.allSatisfy { try store.summary(ofRun: $0.id).status == .finished })
  }

  @Test(arguments: places) func `what died is begun again as often as the file says`(_ place: Place) async throws {
    let collected = Collected()
    let (outcome, plan) = try await launch(
      "name: q\nlaunch: {retries: 1}", at: place,
      trainer: workshop.trainer(["FAKE_FAULT": "crash once", "FAKE_TARGET": "train"]), progress: collected)
    #expect(outcome.executed == 3)
    #expect(outcome.exitStatus == 0)
    #expect(try store.attempts(of: plan.stages[1].hash).map(\.status) == [.failed, .finished])
    #expect(collected.events.contains { if case .retrying(_, _, retry: 1, of: 1) = $0 { true } else { false } })
  }

  @Test(arguments: places) func `what the trainer gave up is not`(_ place: Place) async throws {
    let (outcome, plan) = try await launch(
      "name: q\nlaunch: {retries: 5}", at: place,
      trainer: workshop.trainer(["FAKE_FAULT": "input", "FAKE_TARGET": "train"]))
    #expect(outcome.failures.map(\.stage.hash) == [plan.stages[1].hash])
    #expect(outcome.exitStatus == 65)
    #expect(outcome.failures[0].message.hasSuffix("the class is empty"))
    #expect(workshop.logged("started").count == 2)
  }

  @Test(arguments: places) func `what says nothing for too long is ended`(_ place: Place) async throws {
    let (outcome, plan) = try await launch(
      "name: q\nlaunch: {silence_seconds: 1}", at: place,
      trainer: workshop.trainer(["FAKE_FAULT": "hang", "FAKE_TARGET": "train"]))
    #expect(
      outcome.failures.map { $0.message.hasPrefix("the trainer said nothing for 1 seconds (launch.silence_seconds)") }
        == [true])
    #expect(try store.attempts(of: plan.stages[1].hash).map(\.status) == [.failed])
  }
}
