import Experiments
import Foundation
import RunStore

/// A store in a folder of its own, with a sweep of twelve runs as the trainer would have left it: two samplers × two
/// dropouts × three seeds, the last run failed unless all shall be finished.
struct StoreFixture {
  let folder: URL
  let plan: Plan

  var database: String { folder.appending(path: "runs.db").path }
  var experiment: String { folder.appending(path: "shapes.yaml").path }

  static let text = """
    name: shapes
    question: Does DDIM in 10 steps match DDPM in 1000, with and without dropout?
    seed: 7
    data: {source: sprites, count: 500, size: 16}
    model: {widths: [32, 64], norm_groups: 8}
    conditioning: {kind: label, embedding: 64, warmup: {epochs: 4}, label_keep: 0.95}
    training: {epochs: 10, batch_size: 128, learning_rate: 1.0e-3, threads: 1}
    sampling: {grid: {rows: 2}}
    sweep:
      method: grid
      metric: {name: validation.l1, goal: minimize}
      parameters:
        sampling: {values: [{sampler: ddpm, steps: 1000}, {sampler: ddim, steps: 10}]}
        model.dropout: {values: [0, 0.2]}
      repeats: 3
    """

  init(failing: Bool = true) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try StoreFixture.text.write(to: folder.appending(path: "shapes.yaml"), atomically: true, encoding: .utf8)
    let experiment = try Experiment.load(file: folder.appending(path: "shapes.yaml").path)
    plan = try Plan.make(experiment) { _ in "" }
    let store = try RunStore(path: folder.appending(path: "runs.db").path, mode: .create)
    try store.register(plan)
    let last = plan.runs[plan.runs.count - 1].stages.last
    for stage in plan.stages {
      let recorder = try store.begin(stage: stage.hash, environment: ["host": "bench", "libtorch": "2.13.0"])
      if failing, stage.hash == last {
        try recorder.fail("the trainer ended with status 1")
      } else {
        try StoreFixture.record(stage, recorder)
        if stage.kind == .prepare { try recorder.checkpoint(StoreFixture.emptyFile(of: stage, in: store)) }
        try recorder.finish()
      }
    }
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Stands for prepared data.
  private static func emptyFile(of stage: Stage, in store: RunStore) throws -> Checkpoint {
    let file = store.artifacts.appending(path: "data/\(stage.hash).safetensors")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: file)
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    return Checkpoint(
      state: stage.hash, epochs: 0, path: "data/\(stage.hash).safetensors", sha256: digest, bytes: 0)
  }

  /// Losses that fall, lower with dropout by about 0.02; samplers whose seconds go with their steps.
  private static func record(_ stage: Stage, _ recorder: Recorder) throws {
    let seed = stage.parameters["seed"]?.number ?? 0
    let dropout = stage.parameters["model.dropout"]?.number ?? 0
    switch stage.kind {
    case .prepare, .extractor, .draw, .evaluate: break
    case .train:
      for epoch in 0..<(stage.epochs ?? 0) {
        let loss = 0.12 + 0.5 / Double(epoch + 1) + 0.004 * (seed - 8) - dropout * (0.1 + 0.005 * seed)
        try recorder.record([
          .metric(key: "train.l1", step: epoch, value: loss - 0.02 * Double(epoch) / 10),
          .metric(key: "train.mse", step: epoch, value: loss * loss),
          .metric(key: "validation.l1", step: epoch, value: loss),
          .metric(key: "validation.mse", step: epoch, value: 1.1 * loss * loss),
          .metric(key: "epoch.seconds", step: epoch, value: 2.5),
        ])
      }
      try recorder.event("warmup.frozen", epoch: 4, payload: ["parameters": 4480])
    case .sample:
      let steps = stage.parameters["sampling.steps"]?.number ?? 0
      let epoch = (stage.epochs ?? 1) - 1
      try recorder.metric("sample.seconds", step: epoch, value: steps / 100 + 0.01 * (seed - 7))
      try recorder.metric("sample.network_evaluations", step: epoch, value: steps)
      try recorder.gridCells(cells, epoch: epoch)
    }
  }

  private static let classes = ["human", "monster", "food", "spell", "side"]

  /// Two rows: a filled disc, a ring, … in each class's colour on white.
  private static var cells: [GridCell] {
    (0..<10).map { index in
      let label = index % 5
      let colours: [[UInt8]] = [[200, 60, 40], [40, 140, 60], [220, 170, 40], [70, 80, 200], [140, 60, 160]]
      let rgb = (0..<256).flatMap { pixel -> [UInt8] in
        let x = Double(pixel % 16) - 7.5
        let y = Double(pixel / 16) - 7.5
        let radius = (x * x + y * y).squareRoot()
        let inside = index < 5 ? radius < 6 : radius < 7 && radius > 3.5
        return inside ? colours[label] : [255, 255, 255]
      }
      return GridCell(
        index: index, noiseIndex: index, label: label, labelName: classes[label], size: 16, rgb: rgb)
    }
  }
}
