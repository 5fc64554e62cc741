import Experiments
import Files
import Foundation
import RunStore
import Testing
import Torch

@testable import Training

struct EvaluationStageTests {
  private static let overrides = [
    "data.count=120", "training.epochs=1", "conditioning.warmup=null", "sampling.grid={rows: 1, every_epochs: null}",
    "evaluation.images=70",
  ]

  private func scratch(_ more: [String] = []) throws -> Scratch { try Scratch(overrides: Self.overrides + more) }

  private func pictures(_ scratch: Scratch) throws -> DrawnPictures {
    try DrawnPictures(
      contentsOf: scratch.store.artifacts.appendingPathComponent(DrawStage.path(of: scratch.stage(.draw).hash)))
  }

  private func scores(_ scratch: Scratch) throws -> [String: Double] {
    let metrics = try scratch.store.summary(ofRun: scratch.run).metrics
    return metrics.mapValues(\.last).filter { key, _ in
      EvaluationConfiguration.Metric.allCases.contains { key == $0.rawValue || key.hasPrefix("\($0.rawValue).") }
    }
  }

  private func execute(_ scratch: Scratch, _ kinds: StageKind...) throws {
    let execution = StageExecution(scratch.store, ProgressLines())
    for kind in kinds { try execution.run(scratch.stage(kind).hash) }
  }

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("EvaluationTests/Goldens/features-and-logits.pt")

  /// With four features and three logits by the TorchScript in `file`.
  private func scripted(_ file: URL, _ more: [String] = []) throws -> Scratch {
    try scratch(["evaluation.extractor={file: \(file.path), sha256: \(FileDigest(of: file).sha256)}"] + more)
  }

  @Test func `a run's scores say what they are made of, and come out again bit by bit`() throws {
    let (one, other) = (try scratch(["seed=0"]), try scratch(["seed=0"]))
    for scratch in [one, other] { try scratch.execute() }
    let scores = try scores(one)
    #expect(
      Set(scores.keys) == [
        "fid", "kid", "kid.standard_error", "inception_score", "inception_score.standard_deviation", "class_accuracy",
        "density", "coverage", "nearest_neighbour", "nearest_neighbour.distance", "nearest_neighbour.held_out",
        "nearest_neighbour.least",
      ])
    #expect(try self.scores(other) == scores)
    let drawn = try pictures(one)
    #expect(try pictures(other).levels == drawn.levels)
    let counts = (0..<5).map { label in drawn.labels.count { $0 == label } }
    #expect(counts.allSatisfy { $0 > 0 } && counts.reduce(0, +) == 70)
    // Its noise is its own: both seeds are 0, and the grid's first cell shows the first class.
    let first = try #require(drawn.labels.firstIndex(of: 0))
    let cell = try #require(try one.store.grid(ofRun: one.run)).cells[0]
    #expect(Array(drawn.levels[first * 768..<(first + 1) * 768]) != cell.rgb)
    // After one epoch pictures are noise, and far from the data.
    #expect(try #require(scores["fid"]) > 0 && #require(scores["kid"]) > 0)
    #expect(try #require(scores["nearest_neighbour"]) > 1)
    #expect((1...5).contains(try #require(scores["inception_score"])))

    let metrics = try one.store.summary(ofRun: one.run).metrics
    #expect(metrics["evaluation.network_evaluations"]?.last == 5)
    #expect(try #require(metrics["evaluation.seconds_per_picture"]).last > 0)
    let events = try one.store.events(ofRun: one.run)
    let definition = try #require(events.first { $0.type == "scored" }).payload
    let classifier = one.stage(.extractor).hash
    let weights = try #require(try one.store.checkpoints(ofStates: [classifier])[classifier])
    #expect(
      definition == [
        "metrics": .list(EvaluationConfiguration.Metric.allCases.map { .string($0.rawValue) }), "pictures": 70,
        "labels": "data", "reference": "train", "reference_pictures": 84, "extractor": "classifier",
        "extractor_sha256": .string(weights.sha256), "features": 64, "sampler": "ddim", "steps": 5, "eta": 0.0,
        "guidance": 1.0, "precision": "float32", "jackknife_blocks": 20, "splits": 10, "neighbours": 5,
      ])
    #expect(try #require(one.store.environment(ofRun: one.run)["extractor.accuracy"]?.number) > 0.5)

    let pairs = try #require(events.first { $0.type == "closest_pairs" }).payload
    guard case .string(let file)? = pairs["file"], case .list(let list)? = pairs["pairs"] else {
      Issue.record("no file, or no pairs, in \(pairs)")
      return
    }
    let png = try Data(contentsOf: one.store.artifacts.appendingPathComponent(file))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(list.count == 16 && list[0]["distance"]?.number == scores["nearest_neighbour.least"])
  }

  @Test func `drawing that is stopped goes on from its whole batches, and comes to the same pictures`() throws {
    let (whole, stopped) = (try scratch(), try scratch())
    for scratch in [whole, stopped] { try execute(scratch, .prepare, .train) }
    try execute(whole, .draw)
    let again = stopped.stage(.draw)
    let train = try #require(again.states.first)
    var stage = DrawStage(
      stage: again, recorder: try stopped.store.begin(stage: again.hash), artifacts: stopped.store.artifacts,
      progress: ProgressLines(),
      data: try PreparedData(
        contentsOf: stopped.store.artifacts.appendingPathComponent(PrepareStage.path(of: stopped.stage(.prepare).hash))),
      checkpoint: try CheckpointFile(
        try #require(try stopped.store.checkpoints(ofStates: [train])[train]), in: stopped.store.artifacts))
    // The first batch of 64 takes five steps; the second, of 6, is stopped in its third.
    stage.interruption = ResumeTests.stopping(at: 8)
    #expect(throws: Interruption.Stopped.self) { try stage.run() }
    let unfinished = stopped.store.artifacts.appendingPathComponent("resume/\(again.hash).pictures.safetensors")
    #expect(try DrawnPictures(contentsOf: unfinished).count == 64)

    var asked = 0
    stage.interruption = { asked += 1 }
    try stage.run()
    #expect(asked == 5)
    #expect(try pictures(stopped).levels == pictures(whole).levels)
    #expect(!FileManager.default.fileExists(atPath: unfinished.path))
    let events = try stopped.store.events(ofRun: stopped.run)
    #expect(events.contains { $0.type == "resumed" && $0.payload == ["pictures": 64] })
  }

  @Test func `pictures of a stopped attempt that were altered are refused by name, and drawn again`() throws {
    let scratch = try self.scratch()
    try execute(scratch, .prepare, .train)
    let stage = scratch.stage(.draw)
    let unfinished = scratch.store.artifacts.appendingPathComponent("resume/\(stage.hash).pictures.safetensors")
    var altered = DrawnPictures(labels: [Int](repeating: 0, count: 70), size: 16, epochs: 1)
    altered.levels = [UInt8](repeating: 9, count: 64 * 768)
    try altered.write(to: unfinished)
    var bytes = try Data(contentsOf: unfinished)
    bytes[bytes.count - 5] ^= 1
    try bytes.write(to: unfinished)
    try StageExecution(scratch.store, ProgressLines()).run(stage.hash)
    #expect(try pictures(scratch).levels.filter { $0 != 9 }.count > 1000)
    let events = try scratch.store.events(ofRun: scratch.run)
    #expect(
      events.contains { event in
        event.type == "checkpoint.refused" && event.payload["file"] == .string(unfinished.lastPathComponent)
      })
  }

  @Test func `a split with too few pictures is refused, and so are pictures that were altered`() throws {
    let scratch = try scripted(Self.script, ["evaluation.reference=test"])
    try execute(scratch, .prepare, .train, .draw)
    let execution = StageExecution(scratch.store, ProgressLines())
    let stage = scratch.stage(.evaluate)
    let error = #expect(throws: InputError.self) { try execution.run(stage.hash) }
    #expect(
      error?.message
        == "12 pictures of the test split are too few for kid: 20 are needed; leave it out of evaluation.metrics, or "
        + "take more")
    #expect(try scratch.store.summary(ofRun: scratch.run).metrics.isEmpty == false)
    #expect(try scores(scratch).isEmpty)

    let file = scratch.store.artifacts.appendingPathComponent(DrawStage.path(of: scratch.stage(.draw).hash))
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 5] ^= 1
    try bytes.write(to: file)
    let altered = #expect(throws: FormatError.self) { try execution.run(stage.hash) }
    #expect(altered?.file == file.path && altered?.reason.contains("SHA-256") == true)
  }

  @Test func `somebody's TorchScript scores in the classifier's place, if it is the file that was meant`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pt")
    try FileManager.default.copyItem(at: Self.script, to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let sha256 = try FileDigest(of: file).sha256
    let scratch = try scripted(file)
    #expect(scratch.plan.stages.allSatisfy { $0.kind != .extractor })
    try scratch.execute()
    let scores = try scores(scratch)
    #expect(scores["fid"] != nil && scores["inception_score"] != nil && scores["class_accuracy"] == nil)
    let definition = try #require(
      try scratch.store.events(ofRun: scratch.run).first { $0.type == "scored" }
    ).payload
    #expect(definition["extractor"] == .string(file.lastPathComponent) && definition["features"] == 4)
    #expect(definition["extractor_sha256"] == .string(sha256))

    try Data("another".utf8).write(to: file)
    let refused = #expect(throws: FormatError.self) {
      try StageExecution(scratch.store, ProgressLines()).run(scratch.stage(.evaluate).hash)
    }
    #expect(refused?.file == file.path)
  }
}
