import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

/// What a real cluster does when it is overloaded, or its file system is slow.
@Suite(.enabled(if: SlurmCluster.isInstalled, SlurmCluster.hint), .timeLimit(.minutes(2)))
struct `A Slurm that is slow to answer` {
  private let workshop: Workshop
  private let store: RunStore
  private let plan: Plan

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
    plan = try workshop.plan("name: q\nslurm: {poll_seconds: 0.3}")
  }

  private func launch(
    _ scripts: [String: String], trainer: URL
  ) async throws -> LaunchOutcome {
    let site = SlurmSite(try await workshop.slurm(scripts))
    return try await Launcher(store: store, plan: plan, slurm: site, trainer: trainer, progress: Collected())
      .run(interruptions: Interruptions.none)
  }

  @Test func `is not believed about a failure before the node's files are seen`() async throws {
    let outcome = try await launch(
      ["squeue": #""$real" "$@" | sed -E 's/\|(PENDING|RUNNING|COMPLETING)\|/|FAILED|/'"#],
      trainer: workshop.trainer(["FAKE_SECONDS": "1"]))
    #expect(outcome.executed == 3)
    #expect(outcome.failures == [])
    for stage in plan.stages { #expect(try store.attempts(of: stage.hash).map(\.status) == [.finished]) }
  }
}
