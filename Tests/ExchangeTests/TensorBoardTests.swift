import Experiments
import Foundation
import RunStore
import Testing

@testable import Exchange

@Suite struct TensorBoardTests {
  @Test func `the checksum is CRC-32C`() {
    // The check value of the catalogue of parametrised CRC algorithms, and its mask by TensorFlow's formula.
    #expect(CyclicRedundancyCheck.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CyclicRedundancyCheck.masked(Array("123456789".utf8)) == 0xC78A_B0E5)
  }

  private let start = Timestamp(milliseconds: 1_700_000_000_125)
  private let end = Timestamp(milliseconds: 1_700_000_003_000)

  /// What the golden script's run is.
  private func run(_ parameters: Parameters, metrics: [String] = []) throws -> RunSummary {
    let folder = try TrackedStore()
    var run = try #require(try folder.store.runs().first)
    (run.createdAt, run.startedAt, run.endedAt, run.status) = (start, start, end, .finished)
    run.parameters = parameters
    let metric = try #require(run.metrics["validation.l1"])
    run.metrics = Dictionary(uniqueKeysWithValues: metrics.map { ($0, metric) })
    return run
  }

  @Test func `a run's file is TensorBoard's own, byte for byte`() throws {
    let run = try run([
      "model.dropout": 0.2, "seed": 7, "zero": 0, "sampling.sampler": "ddim", "conditioning.bottleneck": nil,
      "model.attention": false, "model.widths": [32, 64],
    ])
    var file = EventFile(start: start)
    file.add(hyperparameters: Hyperparameters.start(of: run), tag: Hyperparameters.startTag, time: start)
    for (step, value) in [0.1, 0, -0.0, .nan, .infinity, 1e300, 1e-45, -2.5].enumerated() {
      file.add(
        scalar: value, tag: "validation.l1", step: step, time: Timestamp(milliseconds: 1_700_000_001_500 + 1000 * step))
    }
    file.add(
      text: "**warmup.frozen** ½", tag: "events", step: 4, time: Timestamp(milliseconds: 1_700_000_002_000))
    let png = try #require(
      Data(
        base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="))
    file.add(picture: Array(png), width: 1, height: 1, tag: "samples", step: 9, time: end)
    file.add(hyperparameters: Hyperparameters.end(of: run), tag: Hyperparameters.endTag, time: end)
    #expect(try Data(file.bytes) == golden("run.tfevents"))
  }

  @Test func `the file that lists what varies is TensorBoard's own, byte for byte`() throws {
    let runs = [
      try run(
        ["conditioning.bottleneck": nil, "model.attention": true, "model.dropout": 0, "seed": 7],
        metrics: ["validation.l1", "train.bucket.0"]),
      try run(
        ["conditioning.bottleneck": 32, "model.attention": false, "model.dropout": 0.2, "seed": 7], metrics: ["kid"]),
    ]
    var file = EventFile(start: start)
    file.add(
      hyperparameters: Hyperparameters.experiment(of: runs), tag: Hyperparameters.experimentTag, time: start)
    #expect(try Data(file.bytes) == golden("experiment.tfevents"))
  }

  @Test func `a run's folder has its name, and what would clash or leave the folder has its id`() throws {
    let template = try run([:])
    func named(_ id: String, _ name: String) -> RunSummary {
      var run = template
      (run.id, run.name) = (id, name)
      return run
    }
    let long = String(repeating: "ä", count: 200)
    let names = RunFolders.names(of: [
      named("1", "s/lr=1e-4,x"), named("2", "twice"), named("3", "twice"), named("4", "../../etc"), named("5", "/a"),
      named("6", "//"), named("7", long),
    ])
    #expect(names["1"] == "s/lr=1e-4,x")
    #expect(names["2"] == "twice 2" && names["3"] == "twice 3")
    #expect(names["4"] == "__/__/etc")
    #expect(names["5"] == "a 5")
    #expect(names["6"] == "6")
    #expect(names["7"] == String(repeating: "ä", count: 100) + " 7")
  }
}
