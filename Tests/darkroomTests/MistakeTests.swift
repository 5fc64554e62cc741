import Foundation
import Testing

/// Mistakes end with the status that says whose they are, and a sentence that says what to do.
@Suite struct MistakeTests {
  private let fixture: StoreFixture

  init() throws {
    fixture = try StoreFixture()
  }

  private func fail(_ arguments: [String], status: Int32, recorded name: String) throws {
    defer { fixture.remove() }
    let result = try Program.run(arguments, in: fixture.folder, environment: ["COLUMNS": "80"])
    #expect(result.status == status)
    #expect(result.output == "")
    try expectRecorded(result.errors.replacing(fixture.folder.path, with: "FOLDER"), name)
  }

  @Test func `end with their status where nobody takes the sentence`() throws {
    defer { fixture.remove() }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "exec \"$0\" runs --db elsewhere.db 2> /dev/full", try Program.url.path]
    shell.currentDirectoryURL = fixture.folder
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 65)
  }

  @Test(
    arguments: [
      ("unknown-run", ["show", "shapes/sampler=ddmp,steps=1000,dropout=0,seed=7"]),
      ("unknown-metric", ["history", "shapes/sampler=ddpm,steps=1000,dropout=0,seed=7", "validation.l2"]),
      ("unknown-sweep", ["compare", "--sweep", "shape"]),
      ("unknown-key", ["compare", "--sweep", "shapes", "--by", "samplr"]),
      ("ambiguous-key", ["compare", "--sweep", "shapes", "--by", "seed", "--metric", "mse"]),
      ("unknown-baseline", ["compare", "--sweep", "shapes", "--by", "sampler", "--baseline", "sampler=ddpn"]),
      ("unknown-column", ["runs", "--columns", "name,validation.l3"]),
      ("missing-store", ["runs", "--db", "elsewhere.db"]),
      ("missing-file", ["plan", "shape.yaml"]),
      ("run-of-a-sweep", ["run", "shapes.yaml"]),
      ("grid-epoch", ["show", "shapes/sampler=ddpm,steps=1000,dropout=0,seed=7", "--epoch", "3"]),
      ("export-nothing", ["export", "--to", "mlflow", "out", "--filter", "seed = 99"]),
      ("export-in-the-way", ["export", "--to", "csv", "."]),
      ("unknown-tag", ["tag", "shapes/sampler=ddpm,steps=1000,dropout=0,seed=7", "--remove", "keep"]),
      ("not-deleted", ["restore", "shapes/sampler=ddpm,steps=1000,dropout=0,seed=7"]),
      ("no-such-folder", ["sample", "pipeline/", "--out", "a.png"]),
    ])
  func `unusable input ends with 65`(name: String, arguments: [String]) throws {
    try fail(arguments, status: 65, recorded: "65-\(name)")
  }

  @Test(
    arguments: [
      ("format", ["runs", "--format", "pdf"]),
      ("limit", ["runs", "--limit", "0"]),
      ("jobs", ["sweep", "shapes.yaml", "--jobs", "0"]),
      ("two-choices", ["compare", "abc", "--sweep", "shapes", "--by", "seed"]),
      ("no-by", ["compare"]),
      ("out", ["sample", "abc", "--out", "a.jpg"]),
      ("option", ["runs", "--srot", "name"]),
      ("command", ["rnus"]),
      ("tag", ["tag", "abc", "keep"]),
      ("export-two", ["export", "abc", "def", "--to", "diffusers", "out"]),
      ("export-epoch", ["export", "--to", "csv", "out", "--epoch", "3"]),
      ("baseline", ["compare", "--sweep", "shapes", "--by", "seed", "--baseline", ""]),
    ])
  func `wrong usage ends with 64`(name: String, arguments: [String]) throws {
    try fail(arguments, status: 64, recorded: "64-\(name)")
  }

  @Test func `a misspelt setting is told with its line, and makes no store`() throws {
    defer { fixture.remove() }
    let text = StoreFixture.text.replacing("training: {epochs", with: "training: {epoch")
    try text.write(to: fixture.folder.appending(path: "typo.yaml"), atomically: true, encoding: .utf8)
    let result = try Program.run(["sweep", "typo.yaml", "--db", "new.db"], in: fixture.folder)
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("error: typo.yaml:7:"), "\(result.errors)")
    #expect(result.errors.contains("epochs"))
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.appending(path: "new.db").path))
  }

  @Test func `without a trainer nothing is begun`() throws {
    defer { fixture.remove() }
    let result = try Program.run(
      ["sweep", "shapes.yaml", "--db", "new.db"], in: fixture.folder, environment: ["DARKROOM_TRAINER": "/nowhere"])
    #expect(result.status == 65)
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.appending(path: "new.db").path))
  }
}
