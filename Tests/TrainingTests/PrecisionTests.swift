import Experiments
import RunStore
import Testing

@testable import Training

struct PrecisionTests {
  @Test func `a grid in bfloat16 is near the one in float32, from the same training`() throws {
    func pictures(_ precision: String) throws -> (training: String, bytes: [Double]) {
      let scratch = try Scratch(
        overrides: ["training.epochs=1", "sampling.grid.every_epochs=null", "sampling.precision=\(precision)"])
      try scratch.execute()
      let grid = try scratch.store.grid(ofRun: scratch.run)
      return (scratch.stage(.train).hash, try #require(grid).cells.flatMap(\.rgb).map(Double.init))
    }
    let (single, half) = try (pictures("float32"), pictures("bfloat16"))
    #expect(single.training == half.training)
    #expect(single.bytes != half.bytes)
    let differences = zip(single.bytes, half.bytes).map { abs($0 - $1) }
    // Of 255 levels; each of the five steps asks a network whose numbers have 8 bits.
    #expect(differences.reduce(0, +) / Double(differences.count) < 4)
  }
}
