import Experiments
import Foundation
import Testing

@testable import Reports

/// What a plan says of time and workers, from what a trainer would say.
struct PlanCostsTests {
  private func plan(values: String) throws -> Plan {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("costs-\(UUID()).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try """
    name: costs
    data: {source: sprites, count: 100, size: 16}
    training: {epochs: 2, threads: 2}
    sampling: {steps: 10, grid: {rows: 2}}
    sweep:
      method: grid
      parameters:
        \(values)
    """.write(to: file, atomically: true, encoding: .utf8)
    return try Plan.make(Experiment.load(file: file.path), sourceDigest: { _ in "" })
  }

  private func costs(_ plan: Plan, passes: Int, described: Int = .max, workers: WorkerRates? = nil) -> PlanCosts {
    let description: Value = [
      "parameters": ["unet": 1000], "memory": ["peak": 4_000_000_000], "flops": ["forward": 1, "training": 3],
      "seconds": ["forward": 0.01, "training": 0.04], "validation": ["passes": .int(passes)],
    ]
    let keys = plan.stages.filter { $0.kind == .train }.map { TrainingCost.key(of: $0.parameters) }
    let known = Set(keys).sorted().prefix(described)
    let cost = TrainingCost(description: description, pastRate: nil)
    return PlanCosts(
      Dictionary(uniqueKeysWithValues: known.map { ($0, cost) }),
      data: Dictionary(
        uniqueKeysWithValues: plan.stages.filter { $0.kind == .prepare }
          .map { ($0.hash, .init(training: 80, validation: 10, all: 100, classes: 5)) }), workers: workers)
  }

  private func text(_ plan: Plan, _ costs: PlanCosts) -> String {
    PlanListing(plan, costs: costs).report.text(as: .table, for: Terminal(width: nil, colours: .none))
  }

  @Test(arguments: [8, 16])
  func `validation counts as often as the trainer says that its pictures go through the network`(passes: Int) throws {
    let plan = try plan(values: "seed: {values: [1]}")
    // Two epochs of 80 pictures at 0.04 s and 10 validated, then a grid of 10 cells in 10 steps.
    let wanted = 2 * (80 * 0.04 + 10 * Double(passes) * 0.01) + 10 * 10 * 0.01
    let seconds = try #require(costs(plan, passes: passes).seconds(of: plan.stages, preparations: plan.preparations))
    #expect(abs(seconds - wanted) < 1e-9)
  }

  @Test func `a time that isn't known is said to be so`() throws {
    let plan = try plan(values: "model.dropout: {values: [0, 0.1, 0.2]}")
    #expect(text(plan, costs(plan, passes: 8, described: 2)).contains("Time: not known; 2 of 3 make-ups"))
    #expect(text(plan, costs(plan, passes: 8)).contains("Time: about"))
  }

  @Test func `the fastest way to share out the processors is told with how to have it`() throws {
    let plan = try plan(values: "seed: {values: [1, 2]}")
    func note(_ one: Double, _ two: Double) throws -> String {
      let rates = WorkerRates([
        .init(workers: 1, threads: 2, picturesPerSecond: one), .init(workers: 2, threads: 1, picturesPerSecond: two),
      ])
      return text(plan, costs(plan, passes: 8, workers: rates))
    }
    #expect(
      try note(75, 100).contains(
        "Workers: 2 × 1 thread trains fastest here, 100 pictures/s together (1 × 2 threads: 0.75 of it): "
          + "--jobs 2 with -S training.threads=1."))
    #expect(
      try note(100, 50).contains(
        "Workers: 1 × 2 threads trains fastest here, 100 pictures/s together (2 × 1 thread: 0.50 of it): --jobs 1."))
    #expect(WorkerRates([.init(workers: 1, threads: 1, picturesPerSecond: 3)]) == nil)
  }

  @Test(arguments: [
    (1, 9, [[1, 1]]), (2, 9, [[1, 2], [2, 1]]), (2, 1, [[1, 2]]), (4, 9, [[1, 4], [2, 2], [4, 1]]),
    (16, 99, [[1, 16], [4, 4], [16, 1]]), (16, 3, [[1, 16], [3, 5]]), (6, 6, [[1, 6], [3, 2], [6, 1]]),
  ])
  func `few ways are tried, and none needs more than there is`(processors: Int, most: Int, wanted: [[Int]]) {
    #expect(
      WorkerRates.candidates(processors: processors, most: most).map { [$0.workers, $0.threads] } == wanted)
  }

  @Test func `memory and time decide what is tried`() throws {
    let plan = try plan(values: "seed: {values: [1]}")
    let cost = try #require(costs(plan, passes: 8).costs.values.first)
    #expect(cost.workers(within: 17e9) == 4 && cost.workers(within: 1e9) == 1)
    #expect(cost.stepPictures(batchSize: 128) == 7 && cost.stepPictures(batchSize: 4) == 4)
  }
}
