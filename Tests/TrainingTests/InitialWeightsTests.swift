import Experiments
import Foundation
import RunStore
import Testing
import Torch
import TorchNN

@testable import Diffusion
@testable import Training

final class InitialWeightsTests {
  /// Their folders stay as long as the test.
  private var scratches: [Scratch] = []

  /// A tiny run's export, in the folder of its scratch.
  func exported() throws -> (scratch: Scratch, folder: URL) {
    let scratch = try Scratch(overrides: ["training.epochs=2", "sampling.grid.every_epochs=null"])
    scratches.append(scratch)
    try scratch.execute()
    let folder = scratch.folder.appendingPathComponent("export")
    try DiffusersExport(run: scratch.run, scratch.store).write(to: folder)
    return (scratch, folder)
  }

  func denoiser(_ overrides: [String] = []) throws -> Denoiser {
    let configuration = try Configuration(Scratch(overrides: overrides).plan.runs[0].parameters)
    let denoiser = Denoiser(configuration, classes: 5)
    denoiser.initialize(seed: 9)
    return denoiser
  }

  let classes = ["hero", "non-hero", "food", "spell", "side-facing hero"]

  @Test func `a training that starts from a run's export begins where that run ended`() throws {
    let (scratch, folder) = try exported()
    let trained = try TrainedRun(scratch.run, scratch.store).denoiser.state
    let fresh = try denoiser()
    try fresh.load(from: folder, classNames: classes)
    for (name, tensor) in fresh.state { #expect(tensor.values() == trained[name]?.values(), "\(name)") }

    // Steps that move nothing, so what is measured after them is what was loaded.
    let next = try Scratch(overrides: [
      "training.learning_rate=1e-12", "training.epochs=1", "model.from=\(folder.path)",
    ])
    try next.execute()
    func last(_ scratch: Scratch) throws -> Double {
      try #require(scratch.store.summary(ofRun: scratch.run).metrics["validation.l1"]).last
    }
    let (loaded, exported) = (try last(next), try last(scratch))
    #expect(abs(loaded / exported - 1) < 1e-5)
  }

  @Test func `a network that Python saved alone is taken, and the label net stays as it was`() throws {
    let (_, folder) = try exported()
    let wanted = try UNet2DConditionModel(diffusers: folder.appendingPathComponent("unet")).state()
    try FileManager.default.removeItem(at: folder.appendingPathComponent("label"))
    for part in [folder, folder.appendingPathComponent("unet")] {
      let fresh = try denoiser()
      let label = try #require(fresh.label).state()
      try fresh.load(from: part, classNames: classes)
      #expect(fresh.unet.state()["conv_in.weight"]?.values() == wanted["conv_in.weight"]?.values())
      #expect(fresh.label?.state()["linear_1.weight"]?.values() == label["linear_1.weight"]?.values())
    }
  }

  @Test(arguments: [DType.float16, .bfloat16, .float64])
  func `weights of another precision become float32`(dtype: DType) throws {
    let (_, folder) = try exported()
    let unet = folder.appendingPathComponent("unet")
    let weights = try Safetensors(contentsOf: UNet2DConditionModel.weights(in: unet)).tensors
    try FileManager.default.removeItem(at: UNet2DConditionModel.weights(in: unet))
    let rounded = weights.mapValues { $0.to(dtype) }
    try Safetensors(rounded).write(to: unet.appendingPathComponent("diffusion_pytorch_model.fp16.safetensors"))
    let network = try UNet2DConditionModel(diffusers: unet)
    for (name, tensor) in network.state() {
      #expect(tensor.dtype == .float32 && tensor.values() == rounded[name]?.values(), "\(name)")
    }
  }

  @Test(arguments: [
    (["model.widths=[8, 24]"], "model.widths is [8, 16] there and [8, 24] here"),
    (["model.heads=4"], "model.heads is [2] there and [4] here"),
    (
      ["model.norm_groups=2", "model.layers_per_block=2"], "model.layers_per_block is 1 there and 2 here; model.norm_gr"
    ),
    (["conditioning.embedding=9"], "conditioning.embedding is 8 there and 9 here"),
    (["conditioning.bottleneck=null"], "conditioning.bottleneck is 4 there and none here"),
  ])
  func `another network is refused by the settings that differ`(overrides: [String], reason: String) throws {
    let (_, folder) = try exported()
    let other = try denoiser(overrides)
    let error = #expect(throws: InputError.self) { try other.load(from: folder, classNames: classes) }
    #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func `a label net of other classes, and weights as Python objects, are refused`() throws {
    let (_, folder) = try exported()
    let fresh = try denoiser()
    let error = #expect(throws: InputError.self) {
      try fresh.load(from: folder, classNames: ["non-hero", "hero", "food", "spell", "side-facing hero"])
    }
    #expect(error?.message.contains("the data's classes is hero, non-hero") == true)
    let weights = folder.appendingPathComponent("unet/diffusion_pytorch_model.safetensors")
    try FileManager.default.moveItem(at: weights, to: weights.deletingPathExtension().appendingPathExtension("bin"))
    let pickled = #expect(throws: PipelineError.self) { try fresh.load(from: folder, classNames: classes) }
    #expect(pickled?.reason.contains("safe_serialization=True") == true)
  }
}
