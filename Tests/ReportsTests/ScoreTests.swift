import Experiments

import Testing

@testable import Reports
@testable import RunStore

@Suite struct ScoreTests {
  private func metric(_ value: Double) -> RunSummary.Metric { .init(last: value, lastStep: 5) }

  private func event(_ type: String, _ payload: Value) -> RunEvent {
    RunEvent(stage: "s", type: type, epoch: 5, payload: payload, time: .now)
  }

  @Test func `scores stand with their errors, their definition and their cost`() throws {
    let definition: Value = [
      "metrics": ["fid", "kid"], "pictures": 512, "labels": "data", "reference": "train", "reference_pictures": 1600,
      "extractor": "classifier", "extractor_sha256": "2d711642b726b04401627ca9fbac32f5", "sampler": "ddim", "steps": 20,
    ]
    let lines = try #require(
      ScoreLines(
        [
          "kid": metric(0.012345), "kid.standard_error": metric(0.001), "fid": metric(3.5), "train.l1": metric(1),
          "evaluation.seconds_per_picture": metric(0.0123456), "evaluation.network_evaluations": metric(20),
        ], events: [event("scored", definition), event("closest_pairs", ["file": "evaluations/x/closest-pairs.png"])]))
    #expect(lines.rows.map(\.0) == ["fid", "kid"])
    #expect(lines.rows.map(\.1) == ["3.500", "0.01235 (standard_error 0.001000)"])
    #expect(lines.keys == ["fid", "kid", "kid.standard_error"])
    #expect(
      lines.definition
        == "n = 512, labels as data, against 1600 of train; classifier 2d711642b726; ddim, 20 steps: 0.0123 s and "
        + "20 network evaluations a picture")
    #expect(lines.closestPairs == "evaluations/x/closest-pairs.png")
    #expect(ScoreLines(["kid": metric(1)], events: []) == nil)
  }

  @Test func `the better way is known of each score, and of nothing that says how sure it is`() {
    for key in ["fid", "kid", "evaluation.seconds_per_picture", "evaluation.network_evaluations"] {
      #expect(Direction(ofMetric: key) == .lowerIsBetter, "\(key)")
    }
    for key in ["inception_score", "class_accuracy", "density", "coverage"] {
      #expect(Direction(ofMetric: key) == .higherIsBetter, "\(key)")
    }
    for key in ["kid.standard_error", "inception_score.standard_deviation", "nearest_neighbour"] {
      #expect(Direction(ofMetric: key) == nil, "\(key)")
    }
  }

  @Test func `runs that share a training and differ in their sampler have scores of their own`() {
    func run(_ draw: String, _ kid: Double) -> ComparedRun {
      let stages = [(StageKind.train, "t"), (.sample, "s"), (.draw, draw), (.evaluate, "e" + draw)].map { kind, hash in
        RunSummary.StageUse(hash: hash, kind: kind, status: .finished, shared: false, endEpoch: nil)
      }
      let summary = RunSummary(
        id: draw, name: draw, sweep: nil, status: .finished, createdAt: .now, startedAt: nil, endedAt: nil,
        wallSeconds: 0, parameters: ["seed": 1],
        metrics: ["kid": metric(kid), "evaluation.seconds_per_picture": metric(kid), "train.l1": metric(1)],
        stages: stages)
      return ComparedRun(summary)
    }
    let runs = [run("a", 1), run("b", 3)]
    #expect(SeedMeans(of: "kid", in: runs).cells.mapValues(\.mean) == [1: 2])
    #expect(SeedMeans(of: "evaluation.seconds_per_picture", in: runs).cells.mapValues(\.stages) == [1: ["a", "b"]])
    #expect(SeedMeans(of: "train.l1", in: runs).cells.mapValues(\.stages) == [1: ["t"]])
  }
}
