import Foundation
import Testing

/// What a person reads of the commands, word for word.
@Suite struct HelpTests {
  @Test(arguments: [
    "", "data", "plan", "run", "sweep", "replay", "runs", "show", "history", "events", "compare", "sample", "export",
    "tag", "note", "delete", "restore", "gc", "doctor", "completions",
  ])
  func `help reads as recorded`(command: String) throws {
    let arguments = (command.isEmpty ? [] : [command]) + ["--help"]
    let result = try Program.run(arguments, environment: ["COLUMNS": "80"])
    #expect(result.status == 0)
    try expectRecorded(result.output, "help-\(command.isEmpty ? "darkroom" : command)")
  }

  @Test func `the version is one line`() throws {
    let result = try Program.run(["--version"])
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions are written for each shell`(shell: String) throws {
    let result = try Program.run(["completions", shell])
    #expect(result.status == 0)
    #expect(result.output.contains("darkroom"))
    #expect(result.output.contains("compare"))
  }

  @Test func `libtorch is not linked`() throws {
    let program = try Program.url
    let result = try Program.run(["--help"], environment: ["LD_DEBUG": "libs"])
    #expect(result.status == 0)
    #expect(!result.errors.isEmpty, "the loader said nothing of \(program.path)")
    #expect(!result.errors.contains("libtorch"))
  }
}
