public import Foundation
import Torch
import TorchNN

/// The net that embeds labels, with the classes that they mean, and its folder: `config.json` and `model.safetensors`.
/// diffusers knows no such part, so the form is Darkroom's own.
public struct LabelNet {
  private static let kind = "LabelEmbedding"

  public let classNames: [String]
  public let embedding: LabelEmbedding

  public init(_ embedding: LabelEmbedding, classNames: [String]) {
    self.embedding = embedding
    self.classNames = classNames
  }

  /// The net that lies in `label` of a pipeline folder; nil where there is none.
  /// - Throws: `PipelineError`, or `FormatError` for the weights, where it can't be used.
  public init?(in pipeline: URL) throws {
    let folder = pipeline.appendingPathComponent("label")
    guard FileManager.default.fileExists(atPath: folder.path) else { return nil }
    try self.init(folder: folder)
  }

  /// Reads the folder.
  /// - Throws: `PipelineError`, or `FormatError` for the weights, where it can't be used.
  init(folder: URL) throws {
    var config = try DiffusersConfig(folder.appendingPathComponent("config.json"))
    try config.require("_class_name", Self.kind)
    guard let classNames: [String] = try config.get("classes"), !classNames.isEmpty,
      let channels: Int = try config.get("embedding"), channels > 0
    else { throw config.refuse("'classes' or 'embedding' is missing") }
    let bottleneck: Int? = try config.get("bottleneck")
    let dropout: Double = try config.get("dropout", default: 0)
    try config.requireNothingElse()
    guard bottleneck ?? 1 > 0 else { throw config.refuse("'bottleneck' is \(bottleneck ?? 0)") }
    guard (0..<1).contains(dropout) else { throw config.refuse("'dropout' is \(dropout)") }
    self.classNames = classNames
    embedding = LabelEmbedding(
      classes: classNames.count, embedding: channels, bottleneck: bottleneck, dropout: dropout)
    try embedding.load(weights: folder.appendingPathComponent("model.safetensors"))
  }

  /// Writes the folder, which must be there.
  func write(to folder: URL) throws {
    let config: [String: Any] = [
      "_class_name": Self.kind, "classes": classNames, "embedding": embedding.channels,
      "bottleneck": embedding.bottleneck.orNull, "dropout": embedding.dropoutProbability,
    ]
    try DiffusersConfig.write(config, to: folder.appendingPathComponent("config.json"))
    try Safetensors(embedding.state(), metadata: ["format": "pt"]).write(
      to: folder.appendingPathComponent("model.safetensors"))
  }
}

extension Module {
  /// Takes its parameters from a safetensors file.
  /// - Throws: `FormatError` where that is none, `PipelineError` where it holds another network's.
  func load(weights url: URL) throws {
    do {
      try load(try Safetensors(contentsOf: url).tensors)
    } catch let error as StateError {
      throw PipelineError(file: url.path, reason: "doesn't fit config.json beside it; \(error)")
    }
  }
}
