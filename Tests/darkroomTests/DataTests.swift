import Experiments
import Foundation
import Testing

/// What `darkroom data` says and writes.
@Suite struct DataTests {
  private static let experiment = """
    name: shapes
    data:
      source: sprites
      count: 150
      bad: 0.2
      duplicates: 0.3
      near_duplicates: 10
      filter: {white_pixels: 26, white_corners: true}
      balance: one-minus-frequency
      split: {train: 0.6, validation: 0.2, test: 0.2}
    diffusion: {timesteps: 4}
    sampling: {steps: 2}

    """

  /// Runs `body` with a folder of its own that holds the experiment.
  private func withExperiment(_ text: String = experiment, _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(to: folder.appending(path: "shapes.yaml"), atomically: true, encoding: .utf8)
    try body(folder)
  }

  private func isPNG(_ file: URL) throws -> Bool {
    try Data(contentsOf: file).starts(with: [0x89, 0x50, 0x4E, 0x47])
  }

  @Test func `a page reads as recorded, and names the pictures that are written`() throws {
    try withExperiment { folder in
      let result = try Program.run(["data", "shapes.yaml"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      try expectRecorded(result.output, "data")
      let written = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "shapes-data").path)
      #expect(written.count == 12)
      for name in written {
        #expect(try isPNG(folder.appending(path: "shapes-data/\(name)")), "\(name)")
        #expect(result.output.contains("shapes-data/\(name)"))
      }
    }
  }

  @Test func `JSON and CSV have the same numbers, a class each`() throws {
    try withExperiment { folder in
      let text = try Program.run(["data", "shapes.yaml", "--format", "json", "--out", "a"], in: folder).output
      let pages = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
      let page = try #require(pages.first)
      let classes = try #require(page["classes"] as? [[String: Any]])
      let filtered = classes.compactMap { $0["filtered"] as? Int }
      #expect(filtered.count == 5 && filtered.reduce(0, +) == page["filtered"] as? Int)
      let draws = classes.compactMap { ($0["draws"] as? [String: Double])?["one-minus-frequency"] }
      #expect(abs(draws.reduce(0, +) - 1) < 1e-12)
      let histograms = try #require(page["histograms"] as? [String: [Int]])
      let kept = try #require(page["kept"] as? Int)
      #expect(histograms["red"]?.reduce(0, +) == kept * 16 * 16)

      let csv = try Program.run(["data", "shapes.yaml", "--format", "csv", "--out", "a"], in: folder).output
      let lines = csv.split(separator: "\r\n").map { $0.split(separator: ",").map(String.init) }
      #expect(lines.count == 6)
      let column = try #require(lines[0].firstIndex(of: "filtered"))
      #expect(lines.dropFirst().map { Int($0[column]) } == filtered)
    }
  }

  @Test func `runs with different data have a page and a folder each`() throws {
    let sweep = "sweep: {method: grid, parameters: {data.seed: {values: [0, 1]}, model.dropout: {values: [0, 0.1]}}}\n"
    try withExperiment(Self.experiment + sweep) { folder in
      let result = try Program.run(["data", "shapes.yaml", "--out", "look"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let pages = result.output.split(separator: "\n").filter { $0.hasPrefix("shapes (") }
      #expect(pages == ["shapes (data.seed=0)", "shapes (data.seed=1)"])
      #expect(try isPNG(folder.appending(path: "look/data.seed=1/kept-hero.png")))
    }
  }

  @Test(arguments: [
    ("[0.9999, 0.5, 0.05, 0.0001]", false),
    // What 200 steps of the usual schedule leave.
    ("[0.9999, 0.9, 0.4, 0.1322]", true),
  ])
  func `noise lists the trainer's schedule, and warns where it ends far from noise`(alphas: String, isFar: Bool) throws
  {
    try withExperiment { folder in
      let trainer = folder.appending(path: "trainer")
      try "#!/bin/sh\necho \"$@\" >&2\necho '\(alphas)'\n".write(to: trainer, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: trainer.path)
      let result = try Program.run(
        ["data", "shapes.yaml", "--noise"], in: folder, environment: ["DARKROOM_TRAINER": trainer.path])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.hasPrefix("schedule {"))
      #expect(result.errors.contains("\"diffusion.timesteps\":4"))
      #expect(try isPNG(folder.appending(path: "shapes-data/noise.png")))
      #expect(result.output.contains("Warning: the last timestep is still far from noise") == isFar)
      if isFar { try expectRecorded(result.output, "data-noise") }
    }
  }

  @Test func `what is wrong with the data is told at its setting's line`() throws {
    let text = Self.experiment.replacing("white_pixels: 26", with: "white_pixels: 256")
    try withExperiment(text) { folder in
      let result = try Program.run(["data", "shapes.yaml"], in: folder)
      #expect(result.status == 65)
      #expect(result.errors.hasPrefix("error: shapes.yaml:8:12: data.filter.white_pixels: "), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "shapes-data").path))
    }
  }

  @Test func `a file where the folder should be is told, and the trainer's failure is the command's`() throws {
    try withExperiment { folder in
      let file = try Program.run(["data", "shapes.yaml", "--out", "shapes.yaml"], in: folder)
      #expect(file.status == 65)
      #expect(file.errors.hasPrefix("error: shapes.yaml: "), "\(file.errors)")
      let failed = try Program.run(
        ["data", "shapes.yaml", "--noise"], in: folder, environment: ["DARKROOM_TRAINER": "/bin/false"])
      #expect(failed.status == 1)
    }
  }
}
