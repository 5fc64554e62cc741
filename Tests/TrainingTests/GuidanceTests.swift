import Experiments
import Foundation
import RunStore
import Testing
import Torch

@testable import Diffusion
@testable import Training

struct GuidanceTests {
  @Test func `guidance 1 asks the network once, for the very same pictures`() {
    let x = Tensor([1, 2] as [Float], shape: [2, 1, 1, 1])
    let condition = Tensor([10, 20] as [Float], shape: [2, 1])
    var asked: [Int] = []
    func network(_ x: Tensor, _ condition: Tensor) -> Tensor {
      asked.append(x.extent(0))
      return x * condition.reshaped([-1, 1, 1, 1])
    }
    func guided(_ scale: Double) -> [Float] {
      Guidance(scale)(x, condition: condition, absent: .zeros([2, 1]) + 1, network: network).values()
    }
    #expect(guided(1) == [10, 40])
    // Without the label the network says x, with it 10x and 20x: x + g (10x − x), and the second x + g (20x − x).
    #expect(guided(0) == [1, 2])
    #expect(guided(3) == [28, 116])
    #expect(asked == [2, 4, 4])
  }

  @Test func `a run's grid is drawn with the guidance of its file, which counts both halves`() throws {
    let overrides = ["training.epochs=1", "sampling.grid.every_epochs=null", "sampling.guidance=3"]
    let scratch = try Scratch(overrides: overrides)
    try scratch.execute()
    let plain = try Scratch(overrides: Array(overrides.dropLast()))
    try plain.execute()
    func evaluations(_ scratch: Scratch) throws -> Double? {
      try scratch.store.history(ofRun: scratch.run, key: "sample.network_evaluations").first?.value
    }
    #expect(try evaluations(plain) == 5)
    #expect(try evaluations(scratch) == 10)
    #expect(scratch.stage(.train).hash == plain.stage(.train).hash)
    let grids = try [scratch, plain].map { try $0.store.grid(ofRun: $0.run)?.cells.map(\.rgb) }
    #expect(grids[0] != grids[1])

    var request = SampleRequest(
      source: .run(id: scratch.run, scratch.store), out: scratch.folder.appendingPathComponent("run.npy"))
    try request.run()
    #expect(try NumPy.read(request.out).pictureBytes() == grids[0]?.flatMap(\.self))
    request.guidance = 1
    try request.run()
    #expect(try NumPy.read(request.out).pictureBytes() == grids[1]?.flatMap(\.self))
  }
}
