import Foundation
import Testing

/// Launching where (nearly) all is done already; the trainer is a program that does nothing.
@Suite struct LaunchTests {
  private func launch(_ fixture: StoreFixture, _ arguments: [String], trainer: String) throws -> Program.Result {
    try Program.run(arguments, in: fixture.folder, environment: ["DARKROOM_TRAINER": trainer, "TERM": "dumb"])
  }

  @Test func `a finished sweep says so, and ends with its comparison and what to type next`() throws {
    let fixture = try StoreFixture(failing: false)
    defer { fixture.remove() }
    let result = try launch(fixture, ["sweep", "shapes.yaml"], trainer: "/bin/false")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("sweep shapes is finished already; --again repeats it."))
    try expectRecorded(result.output, "sweep-finished")
  }

  @Test func `a finished run says so`() throws {
    let fixture = try StoreFixture(failing: false)
    defer { fixture.remove() }
    let text = StoreFixture.text.prefix(upTo: try #require(StoreFixture.text.range(of: "sweep:")).lowerBound)
    try text.write(to: fixture.folder.appending(path: "one.yaml"), atomically: true, encoding: .utf8)
    // The same settings as the sweep's run of dropout 0 and seed 7, so that all its stages are done.
    let result = try launch(
      fixture, ["run", "one.yaml", "-S", "sampling.sampler=ddim", "-S", "sampling.steps=10"], trainer: "/bin/false")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("shapes is finished already"))
    #expect(result.output.contains("FINISHED"))
    #expect(result.output.contains("darkroom show "))
  }

  @Test func `a sweep whose work fails ends with 1 and compares what there is`() throws {
    let fixture = try StoreFixture()
    defer { fixture.remove() }
    let result = try launch(fixture, ["sweep", "shapes.yaml", "--db", fixture.database], trainer: "/bin/false")
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.output.contains("FAILED."))
    #expect(result.output.contains("darkroom compare --sweep shapes --by sampling,model.dropout --db "))
  }
}
