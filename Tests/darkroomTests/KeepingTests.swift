import Experiments
import Foundation
import RunStore
import Testing

/// Tags, notes, deleting, and what is freed.
@Suite struct KeepingTests {
  private let fixture: StoreFixture
  private let run = "shapes/sampler=ddpm,steps=1000,dropout=0,seed=7"

  init() throws {
    fixture = try StoreFixture()
  }

  private func ask(_ arguments: [String], status: Int32 = 0, environment: [String: String] = [:]) throws -> String {
    let result = try Program.run(arguments, in: fixture.folder, environment: environment)
    #expect(result.status == status, "\(result.errors)")
    return result.output
  }

  @Test func `tags and the note are set, listed, shown, asked for, and taken away`() throws {
    defer { fixture.remove() }
    #expect(try ask(["tag", run, "keep=yes", "path=a=b"]) == "")
    #expect(try ask(["note", run, "Sharper", "than the others."]) == "")
    #expect(try ask(["tag", run]) == "keep=yes\nnote=Sharper than the others.\npath=a=b\n")
    let page = try ask(["show", run])
    #expect(
      page.contains("\nNote\n  Sharper than the others.\n") && page.contains("\nTags\n  keep  yes\n  path  a=b\n"))
    #expect(try ask(["runs", "tags.keep = 'yes'", "--columns", "name", "--format", "csv"]) == "name\r\n\"\(run)\"\r\n")
    #expect(try ask(["tag", run, "--remove", "keep,path"]) == "")
    #expect(try ask(["note", run, ""]) == "")
    #expect(try ask(["tag", run]) == "")
  }

  @Test func `a deleted run is hidden, named in a hint, brought back, and in the end freed`() throws {
    defer { fixture.remove() }
    let id = fixture.plan.runs[0].id
    #expect(try ask(["delete", run]) == "\(id) is deleted; `darkroom restore \(id)` brings it back.\n")
    #expect(try !ask(["runs"]).contains(id))
    let hidden = try Program.run(["show", run], in: fixture.folder)
    #expect(hidden.status == 65)
    #expect(hidden.errors.contains("is deleted; `darkroom restore \(id)` brings it back"))
    #expect(try ask(["restore"]).contains(id))
    #expect(try ask(["restore", run]) == "\(id) is back.\n")
    #expect(try ask(["gc"]).hasSuffix("Nothing to free.\n"))
    _ = try ask(["delete", run])
    #expect(try ask(["gc", "--dry-run"]).contains("1 run, 1 stage, 0 files of 0 bytes can be freed."))
    #expect(try ask(["doctor"]).contains("deleted runs"))
    #expect(try ask(["gc", "--format", "csv"]).hasPrefix("kind,name,bytes\r\nrun,\(id),\r\nstage,"))
    #expect(try ask(["restore"]).hasSuffix("No runs.\n"))
    #expect(try ask(["doctor"]).hasSuffix("All is well.\n"))
  }

  @Test func `the doctor's exit status tells of a file that is lost`() throws {
    defer { fixture.remove() }
    try FileManager.default.removeItem(at: fixture.folder.appending(path: ".darkroom/runs/data"))
    let text = try ask(["doctor", "--format", "csv"], status: 1)
    #expect(text.contains("problem,data/") && text.contains(",missing,"))
  }

  @Test func `an export says how it is opened, and stays until another may take its place`() throws {
    defer { fixture.remove() }
    let text = try ask(["export", run, "--to", "tensorboard", "board"])
    #expect(text.hasPrefix("1 run is exported.\nTo look at: tensorboard --logdir '"))
    let files = try FileManager.default.subpathsOfDirectory(atPath: fixture.folder.appending(path: "board").path)
    #expect(files.contains { $0.hasPrefix("\(run)/events.out.tfevents.") })
    _ = try ask(["export", "--to", "csv", "board"], status: 65)
    #expect(
      try ask(["export", "--sweep", "shapes", "--to", "csv", "board", "--overwrite"]) == "12 runs are exported.\n")
  }

  @Test func `the shell is offered runs, sweeps and columns of the store`() throws {
    defer { fixture.remove() }
    // As the script for bash asks: the option, and the words of the line.
    func complete(_ command: String, _ argument: String, _ words: [String], _ prefix: String) throws -> [String] {
      let result = try Program.run(
        ["---completion", command, "--", argument, "\(words.count)", "\(prefix.count)", "darkroom", command] + words
          + [prefix],
        in: fixture.folder, environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5"])
      return result.output.split(separator: "\n").map(String.init)
    }
    #expect(try complete("runs", "--sweep", ["--sweep"], "sh") == ["shapes"])
    #expect(try complete("show", "positional@0", [], String(run.dropLast())).contains(run))
    let id = try ask(["runs", "--columns", "id", "run.name = '\(run)'", "--format", "csv"]).suffix(13).dropLast()
    #expect(try complete("show", "positional@0", [], String(id.prefix(8))) == [String(id)])
    #expect(try complete("compare", "--by", ["--by"], "sampling,model.dr") == ["sampling,model.dropout"])
    #expect(try complete("compare", "--by", ["--by"], "sampl").contains("sampling"))
    #expect(try complete("compare", "--baseline", ["--baseline"], "sampling.st") == ["sampling.steps="])
    #expect(try complete("runs", "--columns", ["--columns"], "name,validation.m").contains("name,validation.mse"))
  }
}
