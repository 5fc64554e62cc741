import Experiments
import Foundation
import Testing
import TorchNN

@testable import Diffusion
@testable import Torch
@testable import Training

struct AnatomyTests {
  func configuration(_ overrides: [String] = []) throws -> Configuration {
    try Configuration(Scratch(overrides: overrides).plan.runs[0].parameters)
  }

  @Test func `operations are those that PyTorch counts on the same network`() throws {
    let folder = (Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")).appendingPathComponent("Goldens/pipeline")
    let wanted = try JSONDecoder().decode(Int.self, from: Data(contentsOf: folder.appendingPathComponent("flops.json")))
    let (x, t) = (Tensor.zeros([3, 3, 8, 8]), Tensor([Int64(5)], shape: [1]))
    func flops() throws -> Int {
      let network = try DiffusersPipeline(folder: folder).network
      return countingFlops { _ = network(x, timesteps: t, context: .zeros([3, 1, 6])) }
    }
    #expect(try followingPyTorch { try flops() } == 3 * wanted)
    // Over one token the query of the cross-attention has no say, and isn't computed.
    #expect(try flops() < 3 * wanted)
    #expect(try flops() > 2 * wanted)
  }

  @Test func `the parts of the tutorial's network have the numbers that its author counts`() throws {
    let configuration = try configuration([
      "model.widths=[64, 128, 256]", "model.norm_groups=32", "model.heads=8", "model.cross_attention=1280",
      "model.layers_per_block=2", "conditioning.embedding=64", "conditioning.bottleneck=32",
    ])
    let parameters = TrainingProbe(configuration, classes: 5).parameters
    #expect(parameters.first { $0.part == "unet" }?.count == 26_054_787)
    #expect(parameters.first { $0.part == "label" }?.count == 2_304)
    let blocks = parameters.filter { $0.part.hasPrefix("unet.") }
    #expect(blocks.reduce(0) { $0 + $1.count } == 26_054_787)
    #expect(blocks.map(\.part).contains("unet.mid_block"))
  }

  @Test(arguments: [["training.optimizer=adamw"], ["training.optimizer=sgd", "training.momentum=0.9"], []])
  func `memory by kind follows from what is learnt`(overrides: [String]) throws {
    let configuration = try configuration(overrides + ["training.ema.decay=0.99"])
    let anatomy = TrainingAnatomy(configuration, classes: 5)
    let count = anatomy.parameters.filter { !$0.part.contains(".") }.reduce(0) { $0 + $1.count }
    #expect(anatomy.memory.weights == 4 * count && anatomy.memory.gradients == 4 * count)
    let moments = configuration.training.optimizer == .sgd ? 1.0 : 2.0
    #expect(abs(Double(anatomy.memory.optimizer) / (4 * moments * Double(count)) - 1) < 0.02)
    #expect(abs(Double(anatomy.memory.average) / Double(4 * count) - 1) < 0.01)
    #expect(anatomy.trainingSeconds > 0 && anatomy.forwardSeconds > 0 && anatomy.forwardFlops > 0)
  }

  @Test func `activations at another batch are those that a step of it takes`() throws {
    let configuration = try configuration(["training.batch_size=48", "model.widths=[16, 32]"])
    let probe = TrainingProbe(configuration, classes: 5)
    _ = probe.step(pictures: 48)
    let measured = probe.step(pictures: 48).peak
    let memory = TrainingAnatomy(configuration, classes: 5).memory
    let validated = probe.forward(pictures: Validation.batchSize).peak
    let predicted = memory.activations + memory.gradients
    #expect(abs(Double(predicted) / Double(max(measured, validated)) - 1) < 0.05)
  }

  @Test func `a trace follows tensors as they come and go`() {
    let trace = MemoryTrace()
    var kept: [Tensor] = []
    let bytes = trace.during {
      kept.append(.zeros([1000]))
      _ = Tensor.zeros([500])
    }
    #expect(bytes == [4000, 6000, 4000])
    #expect(trace.bytes == 4000)
    kept = []
    #expect(trace.bytes == 0)
  }
}
