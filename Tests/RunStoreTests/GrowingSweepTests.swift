import Experiments
import Foundation
import GRDB
import Synchronization
import Testing

@testable import RunStore

/// Registered again and again, as a search does that goes on.
@Suite struct `A sweep that grows` {
  private let folder = try! TemporaryFolder()

  private func run(_ number: Int, name: String? = nil) -> PlannedRun {
    plannedRun(
      name ?? "run \(number)", training: "training \(number)",
      axes: [AxisValue(axis: "seed", settings: ["seed": .int(number)])])
  }

  /// All rows of a store but the times.
  private func rows(of store: RunStore) throws -> [String: [String]] {
    try store.read { database in
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      return try tables.reduce(into: [:]) { rows, table in
        rows[table] = try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { row in
          row.filter { !$0.0.hasSuffix("_at") && $0.0 != "time" }.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
        }.sorted()
      }
    }
  }

  @Test func `is in the store what it is when all of it is registered each time`() throws {
    var kept = plan([run(0), run(1)])
    var stages = kept.stages
    stages[1].keep = [1, 3]
    kept = Plan(experiment: kept.experiment, runs: kept.runs, stages: stages)
    var shorter = run(1)
    shorter = PlannedRun(
      id: shorter.id, name: shorter.name, parameters: shorter.parameters, axes: shorter.axes,
      stages: Array(shorter.stages.prefix(2)), ends: [shorter.stages[1]: 2])
    let stop = EarlyStop(epochs: 2, reason: "number 2 of 2")
    let steps: [(plan: Plan, stops: [String: EarlyStop])] = [
      (plan([run(0)]), [:]),
      // One more, which is left early; then the reason is another; then it goes on.
      (
        Plan(experiment: plan([]).experiment, runs: [run(0), shorter], stages: plan([run(0), run(1)]).stages),
        [shorter.id: stop]
      ),
      (
        Plan(experiment: plan([]).experiment, runs: [run(0), shorter], stages: plan([run(0), run(1)]).stages),
        [shorter.id: EarlyStop(epochs: 2, reason: "number 2 of 3")]
      ),
      (plan([run(0), run(1)]), [:]),
      // Other weights to keep, other names, another order, one less, and that one again.
      (kept, [:]),
      (
        plan(
          [run(0), run(1, name: "renamed")].map {
            PlannedRun(
              id: run(0).id == $0.id ? $0.id : run(1).id, name: $0.name, parameters: $0.parameters, axes: $0.axes,
              stages: $0.stages)
          }), [:]
      ),
      (plan([run(1), run(0), run(2)]), [:]),
      (plan([run(0)]), [:]),
      (plan([run(0), run(2)]), [:]),
    ]
    let anew = try RunStore(path: folder.path("anew.db"), mode: .create)
    let grown = try RunStore(path: folder.path("grown.db"), mode: .create)
    var known: RegisteredSweep?
    for (step, (plan, stops)) in steps.enumerated() {
      try anew.register(plan, stops: stops)
      known = try grown.register(plan, after: known, stops: stops)
      #expect(try rows(of: grown) == rows(of: anew), "step \(step)")
    }
    #expect(try rows(of: anew)["run"]?.count == 3)
  }

  @Test func `takes as many statements for one run more, however long it is`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let statements = Mutex(0)
    try store.write { database in database.trace { _ in statements.withLock { $0 += 1 } } }
    var known: RegisteredSweep?
    let counts = try (1...20).map { count in
      statements.withLock { $0 = 0 }
      known = try store.register(plan((0..<count).map { run($0) }), after: known)
      return statements.withLock { $0 }
    }
    #expect(counts[1] > 5)
    #expect(counts.dropFirst(2).allSatisfy { $0 == counts[2] }, "\(counts)")
  }

  @Test func `is not gone on with where another launch took it further`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    let known = try store.register(plan([run(0)]))
    try store.register(plan([run(0), run(1)]))
    #expect(throws: OutdatedSweep.self) { try store.register(plan([run(0), run(2)]), after: known) }
    #expect(try store.runs().count == 2)
  }

  @Test func `reads a training once, and each time what is to be kept of it`() throws {
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    var grown = plan([run(0)])
    try store.register(grown)
    let first = try store.trainings(through: [hash("training 0")])
    #expect(first == [grown.stages[1]])
    var stages = grown.stages
    stages[1].keep = [1, 3]
    grown = Plan(experiment: grown.experiment, runs: grown.runs, stages: stages)
    try store.register(grown)
    // What was read before is told from what is read now by a setting that nobody wrote.
    let marked = Stage(
      hash: first[0].hash, kind: .train, parents: first[0].parents, parameters: ["seed": 99], epochs: 3,
      states: first[0].states, keep: first[0].keep)
    let second = try store.trainings(through: [hash("training 0")], known: [marked.hash: marked])
    #expect(second.map(\.parameters) == [["seed": 99]])
    #expect(second.map(\.keep) == [[1, 3]])
  }
}
