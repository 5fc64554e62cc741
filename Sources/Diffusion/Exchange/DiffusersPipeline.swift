public import Foundation
import Torch
import TorchNN

/// A pipeline folder as diffusers saves it: `unet/config.json`, `unet/diffusion_pytorch_model.safetensors` and
/// `scheduler/scheduler_config.json`.
public struct DiffusersPipeline {
  public let network: UNet2DConditionModel
  public let settings: SamplerSettings
  /// Width and height that the network was made for, in pixels; nil where the folder doesn't say.
  public let size: Int?

  /// - Throws: `PipelineError`, or `FormatError` for the weights, where the folder can't be used.
  public init(folder: URL) throws {
    let unet = folder.appendingPathComponent("unet")
    let config = unet.appendingPathComponent("config.json")
    network = UNet2DConditionModel(try .init(diffusers: config))
    var sizes = try DiffusersConfig(config)
    size = try sizes.get("sample_size")
    settings = try SamplerSettings(diffusers: folder.appendingPathComponent("scheduler/scheduler_config.json"))
    let weights = unet.appendingPathComponent("diffusion_pytorch_model.safetensors")
    do {
      try network.load(try Safetensors(contentsOf: weights).tensors)
    } catch let error as StateError {
      throw PipelineError(file: weights.path, reason: "doesn't fit config.json beside it; \(error)")
    }
  }
}
