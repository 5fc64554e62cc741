import Experiments
import Foundation
import Testing

/// What reaches the trainer, and the shell; `echo` stands for the trainer.
@Suite struct HandoverTests {
  @Test func `sample hands a run over by its id and store, with what was given and nothing else`() throws {
    let fixture = try StoreFixture()
    defer { fixture.remove() }
    let run = fixture.plan.runs[0]
    let result = try Program.run(
      [
        "sample", run.name, "--sampler", "ddim", "--steps", "5", "--labels", "food=0.7,spell=0.3", "--guidance", "2",
        "--out", "a.png",
      ],
      in: fixture.folder, environment: ["DARKROOM_TRAINER": "/bin/echo"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output
        == "sample --run-id \(run.id) --db runs.db --sampler ddim --steps 5 --guidance 2.0 --labels food=0.7,spell=0.3 --out a.png\n"
    )
  }

  @Test func `sample hands a folder over as it is, without asking for a store`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "pipeline"), withIntermediateDirectories: true)
    let result = try Program.run(
      ["sample", "pipeline", "--noise", "n.npy", "--step-noise", "s.npy", "--eta", "0.5", "--out", "a.npy"],
      in: folder, environment: ["DARKROOM_TRAINER": "/bin/echo"])
    #expect(result.output == "sample pipeline --eta 0.5 --noise n.npy --step-noise s.npy --out a.npy\n")
  }

  @Test func `export hands a run over by its id and store`() throws {
    let fixture = try StoreFixture()
    defer { fixture.remove() }
    let run = fixture.plan.runs[0]
    let result = try Program.run(
      ["export", run.name, "--to", "diffusers", "folder", "--epoch", "4"],
      in: fixture.folder, environment: ["DARKROOM_TRAINER": "/bin/echo"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "export --run-id \(run.id) --db runs.db --epoch 4 folder\n")
  }

  @Test func `the trainer's exit status is the command's`() throws {
    let result = try Program.run(
      ["sample", FileManager.default.temporaryDirectory.path, "--out", "a.png"],
      environment: ["DARKROOM_TRAINER": "/bin/false"])
    #expect(result.status == 1)
  }

  @Test func `the shell completes runs and metrics from the store`() throws {
    let fixture = try StoreFixture()
    defer { fixture.remove() }
    let runs = try Program.run(
      ["---completion", "show", "--", "positional@0", "2", "4", "darkroom", "show", "shap"], in: fixture.folder)
    #expect(Set(runs.output.split(separator: "\n").map(String.init)) == Set(fixture.plan.runs.map(\.name)))
    let metrics = try Program.run(
      ["---completion", "history", "--", "positional@1", "3", "3", "darkroom", "history", "x", "val"],
      in: fixture.folder)
    #expect(metrics.output.split(separator: "\n") == ["validation.l1", "validation.mse"])
  }
}
