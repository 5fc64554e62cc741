import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

/// What a real cluster does when it is overloaded, or its file system is slow.
@Suite(.enabled(if: SlurmCluster.isAvailable, SlurmCluster.hint), .timeLimit(.minutes(2)))
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
    _ scripts: [String: String], trainer: URL, interruptions: AsyncStream<Void> = Interruptions.none,
    longestSilence: Duration = .seconds(600)
  ) async throws -> LaunchOutcome {
    let site = SlurmSite(try await workshop.slurm(scripts), longestSilence: longestSilence)
    return try await Launcher(store: store, plan: plan, slurm: site, trainer: trainer, progress: Collected())
      .run(interruptions: interruptions)
  }

  private static let unreachable = "Unable to contact slurm controller (connect failure)"

  @Test func `is asked again, and never twice for the same`() async throws {
    let outcome = try await launch(
      [
        "sbatch": """
        if mkdir "$0.unreached" 2> /dev/null; then
          echo "sbatch: error: Batch job submission failed: \(Self.unreachable)" >&2
          exit 1
        fi
        job=$("$real" "$@") || exit
        echo "$job" >> "$0.jobs"
        if mkdir "$0.lost" 2> /dev/null; then
          echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2
          exit 1
        fi
        echo "$job"
        """,
        "squeue": """
        if mkdir "$0.unreached" 2> /dev/null; then
          echo "slurm_load_jobs error: \(Self.unreachable)" >&2
          exit 1
        fi
        exec "$real" "$@"
        """,
      ], trainer: workshop.trainer())
    #expect(outcome.executed == 3)
    #expect(outcome.exitStatus == 0)
    let jobs = try String(contentsOf: workshop.folder.appending(path: "bin/sbatch.jobs"), encoding: .utf8)
    #expect(jobs.split(separator: "\n").count == 3)
    #expect(workshop.logged("started").count == 3)
  }

  @Test func `is given up where it answers every question, and takes no job`() async throws {
    let scripts = [
      "sbatch": """
      echo "sbatch: error: Batch job submission failed: \(Self.unreachable)" >&2
      exit 1
      """
    ]
    let trainer = try workshop.trainer()
    let error = await #expect(throws: InputError.self) {
      try await launch(scripts, trainer: trainer, longestSilence: .seconds(2))
    }
    #expect(error?.message.hasPrefix("Slurm no longer answers: sbatch: error:") == true)
    #expect(workshop.logged("started").isEmpty)
  }

  @Test func `is told again to cancel`() async throws {
    let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
    async let cancelled = launch(
      [
        "scancel": """
        if mkdir "$0.unreached" 2> /dev/null; then
          echo "scancel: error: Kill job error on job id 1_0: \(Self.unreachable)" >&2
          exit 8
        fi
        exec "$real" "$@"
        """
      ], trainer: workshop.trainer(["FAKE_FAULT": "polite", "FAKE_TARGET": "train", "FAKE_SECONDS": "60"]),
      interruptions: interruptions)
    try await workshop.wait(for: "ready", count: 2)
    interrupt.yield()
    interrupt.yield()
    let outcome = try await cancelled
    #expect(outcome.exitStatus == 130)
    #expect(outcome.goingOn == 0)
    let progress = try store.progress(ofStages: plan.stages.map(\.hash))
    #expect(plan.stages.map { progress[$0.hash]?.status } == [.finished, .killed, .scheduled])
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
