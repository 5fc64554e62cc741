public import Foundation
import Torch

extension UNet2DConditionModel {
  /// The network in a folder as diffusers saves one: `config.json`, and weights of any floating-point type, which become
  /// float32.
  /// - Throws: `PipelineError`, or `FormatError` for the weights, where the folder can't be used.
  public convenience init(diffusers folder: URL, name: String = "unet") throws {
    self.init(try Configuration(diffusers: folder.appendingPathComponent("config.json")), name: name)
    try load(weights: try Self.weights(in: folder))
  }

  /// Where the network lies in a pipeline folder; the folder itself where it is that of a network alone.
  public static func folder(in pipeline: URL) -> URL {
    let part = pipeline.appendingPathComponent("unet")
    return FileManager.default.fileExists(atPath: part.path) ? part : pipeline
  }

  static func weights(in folder: URL) throws -> URL {
    func file(_ ending: String) -> URL { folder.appendingPathComponent("diffusion_pytorch_model.\(ending)") }
    func isThere(_ ending: String) -> Bool { FileManager.default.fileExists(atPath: file(ending).path) }
    // The second and third are what `save_pretrained(variant=…)` makes.
    if let ending = ["safetensors", "fp16.safetensors", "bf16.safetensors"].first(where: isThere) {
      return file(ending)
    }
    if isThere("safetensors.index.json") {
      throw PipelineError(
        file: file("safetensors.index.json").path,
        reason: "its weights lie in several files; save them as one, with max_shard_size=\"100GB\"")
    }
    if isThere("bin") {
      throw PipelineError(
        file: file("bin").path,
        reason: "holds Python objects, which Darkroom doesn't execute; load it in Python and save it again with "
          + "safe_serialization=True")
    }
    return file("safetensors")
  }
}
