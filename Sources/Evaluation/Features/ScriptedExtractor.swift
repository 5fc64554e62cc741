public import Foundation
public import Torch

/// A TorchScript file whose `forward` takes pictures as uint8, [n, 3, size, size], and gives features, [n, …], or a
/// tuple of features and logits, [n, classes].
public struct ScriptedExtractor: FeatureExtractor {
  private let module: ScriptModule
  private let file: String

  /// - Throws: `FormatError` where it is no TorchScript.
  public init(contentsOf url: URL) throws {
    module = try ScriptModule(contentsOf: url)
    file = url.path
  }

  /// - Throws: `TorchError` where the module fails, `FormatError` where it gives something else than it should.
  public func features(of pictures: Tensor) throws -> Features {
    let n = pictures.extent(0)
    let results = try withoutGradients { try module(pictures.permuted([0, 3, 1, 2]).contiguous(), atMost: 2) }
    guard let first = results.first, results.allSatisfy({ $0.shape.count >= 2 && $0.extent(0) == n }) else {
      let shapes = results.map { "\($0.shape)" }.joined(separator: ", ")
      throw FormatError(file: file, reason: "gives \(shapes) for \(n) pictures, and a row a picture is needed")
    }
    let all = results.map { $0.to(.float64).reshaped([n, -1]) }
    return Features(values: all[0], logits: first === results.last ? nil : all.last)
  }
}
