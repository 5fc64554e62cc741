import Experiments
import Testing

/// What only the data's source knows is told at the line of the setting concerned.
struct SourceMistakeTests {
  @Test(arguments: [("data.path: it is empty", 4), ("data.classes.b: no file matches", 5), ("out of reach", nil)])
  func `an error of the source gets the place of its setting`(message: String, line: Int?) throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "name: a\ndata:\n  source: images\n  path: .\n  classes: {a: \"a/**\", b: \"b/**\"}\n")
    let error = #expect(throws: InputError.self) {
      try Plan.make(Experiment.load(file: file, overrides: [])) { _ in throw InputError(message, suggestion: "c") }
    }
    #expect(error?.line == line)
    #expect(error?.message == message && error?.suggestion == "c")
  }

  @Test func `sprites of a size that is no multiple of 16 are refused with the nearest that is`() throws {
    #expect(
      try mistake(in: "name: a\ndata: {size: 36}\n")
        == "e.yaml:2:8: data.size is 36, and sprites are drawn 16 pixels wide and enlarged 2, 3, … times. Did you mean '32'?"
    )
  }
}
