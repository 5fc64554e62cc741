import Experiments
import RunStore
import Testing

@testable import Launching

@Suite struct `The points of finished runs` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private func record(_ value: Double, for run: PlannedRun) throws {
    let training = try #require(run.stages.dropFirst().first)
    let recorder = try store.begin(stage: training)
    try recorder.metric("validation.mse", step: 0, value: value)
    try recorder.finish()
  }

  @Test func `are read once, those of others each time`() throws {
    let plan = try workshop.plan(sweepText)
    try store.register(plan)
    let (one, other) = (plan.runs[0], try #require(plan.runs.last))
    try record(1, for: one)
    try record(2, for: other)
    var finished = FinishedRuns(metric: "validation.mse")
    let statuses: [String: Status] = [one.id: .finished, other.id: .running]
    let first = try finished.values(of: [one, other], statuses: statuses, in: store)
    #expect(first == [one.id: [0: 1], other.id: [0: 2]])
    // Nothing changes what a finished run came to; only that it is done again tells that it isn't asked for.
    try record(3, for: one)
    try record(4, for: other)
    let second = try finished.values(of: [one, other], statuses: statuses, in: store)
    #expect(second == [one.id: [0: 1], other.id: [0: 4]])
  }

  @Test func `are read again where the run goes on`() throws {
    let plan = try workshop.plan(sweepText)
    try store.register(plan)
    let run = plan.runs[0]
    try record(1, for: run)
    var finished = FinishedRuns(metric: "validation.mse")
    _ = try finished.values(of: [run], statuses: [run.id: .finished], in: store)
    try record(3, for: run)
    let longer = PlannedRun(
      id: run.id, name: run.name, parameters: run.parameters, axes: run.axes, stages: run.stages.dropLast())
    #expect(try finished.values(of: [longer], statuses: [run.id: .finished], in: store) == [run.id: [0: 3]])
  }
}
