import Experiments
import Foundation
import RunStore

/// A store in a folder of its own: runs `a` and `b` of the sweep `tiny`, with curves that hold what is no finite number,
/// events, two sample grids, a tag and a note; `b` was stopped.
final class TrackedStore {
  let folder: URL
  let store: RunStore

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "darkroom exchange-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try RunStore(path: folder.appending(path: "runs.db").path, mode: .create)
    let names = ["a": 0.0, "b": 0.2]
    let runs = names.keys.sorted().map { name in
      PlannedRun(
        id: name + "00000000000", name: "tiny/dropout=\(name)",
        parameters: [
          "model.dropout": .double(names[name] ?? 0), "seed": 7, "none": nil, "text": "it's, \"so\"",
          "widths": [8, 16],
        ],
        axes: [AxisValue(axis: "model.dropout", settings: ["model.dropout": .double(names[name] ?? 0)])],
        stages: [hash(name)])
    }
    let stages = runs.map { run in
      Stage(
        hash: run.stages[0], kind: .train, parents: [], parameters: run.parameters, epochs: 5,
        states: (0...5).map { hash("\(run.name)\($0)") })
    }
    try store.register(
      Plan(experiment: Experiment(name: "tiny", question: "Which?", file: "tiny.yaml"), runs: runs, stages: stages))
    for run in runs { try record(run) }
    try store.setTag("kind", to: "first, \"try\"", ofRun: runs[0].id)
    try store.setTag(RunStore.noteTag, to: "Looks sharp.", ofRun: runs[0].id)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  static let values = [0.1, .nan, .infinity, -.infinity, 1.0 / 3]

  private func record(_ run: PlannedRun) throws {
    let recorder = try store.begin(stage: run.stages[0], environment: ["git.commit": "c0ffee", "processors": 2])
    for (epoch, value) in Self.values.enumerated() {
      try recorder.metric("validation.l1", step: epoch, value: value)
      try recorder.metric("train.bucket.0", step: epoch, value: Double(epoch))
    }
    try recorder.event("warmup.frozen", epoch: 2, payload: ["parameters": 448])
    for epoch in [1, 4] {
      try recorder.gridCells(
        (0..<4).map {
          GridCell(
            index: $0, noiseIndex: $0, label: $0 % 2, labelName: "c\($0 % 2)", size: 2,
            rgb: Array(repeating: UInt8($0 * 40 + epoch), count: 12))
        }, epoch: epoch)
    }
    if run.name.hasSuffix("b") { try recorder.fail("stopped", status: .killed) } else { try recorder.finish() }
  }

  private func hash(_ text: String) -> String {
    let digits = text.utf8.map { String($0, radix: 16) }.joined()
    return String((digits + String(repeating: "0", count: 64)).prefix(64))
  }
}
