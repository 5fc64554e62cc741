import Experiments
import Foundation
import Testing

@testable import RunStore

/// Filters in MLflow's grammar, and what MLflow itself finds (`scripts/golden-filters.py`).
@Suite struct MLflowFilterTests {
  private struct Golden: Decodable {
    struct Run: Decodable {
      let name: String
      let params: [String: String]
      let metrics: [String: Double]
      let tags: [String: String]
      let status: String
    }

    struct Filter: Decodable {
      let filter: String
      let runs: [String]
    }

    let runs: [Run]
    let filters: [Filter]
  }

  @Test func `MLflow's filters find the runs that MLflow finds`() throws {
    let file = try #require(Bundle.module.url(forResource: "Goldens/mlflow-filters", withExtension: "json"))
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    let folder = try TemporaryFolder()
    let store = try RunStore(path: folder.path("runs.db"), mode: .create)
    for run in golden.runs {
      let stage = Stage(hash: hash(run.name), kind: .prepare, parents: [], parameters: [:])
      let planned = PlannedRun(
        id: String(hash(run.name).prefix(12)), name: run.name, parameters: run.params.mapValues { .string($0) },
        stages: [stage.hash])
      try store.register(Plan(experiment: Experiment(name: "x"), runs: [planned], stages: [stage]))
      let recorder = try store.begin(stage: stage.hash)
      for (key, value) in run.metrics {
        try recorder.record([
          .metric(key: key, step: 0, value: value + 1), .metric(key: key, step: 1, value: value),
        ])
      }
      for (key, value) in run.tags { try store.setTag(key, to: value, ofRun: planned.id) }
      if run.status == "FINISHED" { try recorder.finish() }
      if run.status == "FAILED" { try recorder.fail("no") }
    }
    // Held, so that what runs counts as running.
    let locks = try golden.runs.map { try store.lock(stage: hash($0.name)) }
    #expect(!locks.contains { $0 == nil })
    #expect(golden.filters.count == 250)
    for filter in golden.filters {
      let found = try store.runs(matching: Filter(filter.filter)).map(\.name).sorted()
      #expect(found == filter.runs, "\(filter.filter)")
    }
    withExtendedLifetime(locks) {}
  }
}
