public import Foundation
import Torch
import TorchNN

/// A pipeline folder as diffusers saves it: `unet/config.json`, `unet/diffusion_pytorch_model.safetensors` and
/// `scheduler/scheduler_config.json`; where Darkroom wrote it, with the net that embeds labels in `label`.
public struct DiffusersPipeline {
  public let network: UNet2DConditionModel
  public let settings: SamplerSettings
  /// Width and height that the network was made for, in pixels; nil where the folder doesn't say.
  public let size: Int?
  public let label: LabelNet?

  public init(_ network: UNet2DConditionModel, _ settings: SamplerSettings, size: Int?, label: LabelNet?) {
    self.network = network
    self.settings = settings
    self.size = size
    self.label = label
  }

  /// - Throws: `PipelineError`, or `FormatError` for the weights, where the folder can't be used.
  public init(folder: URL) throws {
    let places = Places(folder)
    network = try UNet2DConditionModel(diffusers: places.unet)
    var sizes = try DiffusersConfig(places.unetConfig)
    size = try sizes.get("sample_size")
    settings = try SamplerSettings(diffusers: places.schedulerConfig)
    label = try LabelNet(in: folder)
    let (given, needed) = (label?.embedding.channels, network.configuration.contextChannels)
    if let given, given != needed {
      throw PipelineError(
        file: places.label.path, reason: "embeds into \(given) channels, and the network takes \(needed)")
    }
  }

  /// Writes the folder, which must be there and empty, so that diffusers loads each of its parts.
  public func write(to folder: URL) throws {
    let places = Places(folder)
    for part in [places.unet, places.scheduler] + (label == nil ? [] : [places.label]) {
      try FileManager.default.createDirectory(at: part, withIntermediateDirectories: false)
    }
    try DiffusersConfig.write(network.configuration.diffusersConfig(size: size), to: places.unetConfig)
    try Safetensors(network.state(), metadata: ["format": "pt"]).write(to: places.unetWeights)
    try DiffusersConfig.write(settings.diffusersConfig(), to: places.schedulerConfig)
    try label?.write(to: places.label)
    try DiffusersConfig.write(
      [
        "_class_name": "DiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"],
        "scheduler": ["diffusers", settings.kind.diffusersName],
      ], to: folder.appendingPathComponent("model_index.json"))
  }

  /// Where the parts lie.
  private struct Places {
    let unet: URL
    let scheduler: URL
    let label: URL

    init(_ folder: URL) {
      unet = folder.appendingPathComponent("unet")
      scheduler = folder.appendingPathComponent("scheduler")
      label = folder.appendingPathComponent("label")
    }

    var unetConfig: URL { unet.appendingPathComponent("config.json") }
    var unetWeights: URL { unet.appendingPathComponent("diffusion_pytorch_model.safetensors") }
    var schedulerConfig: URL { scheduler.appendingPathComponent("scheduler_config.json") }
  }
}
