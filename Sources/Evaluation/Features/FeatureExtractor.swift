public import Torch

/// What pictures are compared by.
public struct Features {
  /// float64, [n, features].
  public let values: Tensor
  /// float64, [n, classes]; nil where the extractor knows no classes.
  public let logits: Tensor?

  public init(values: Tensor, logits: Tensor?) {
    self.values = values
    self.logits = logits
  }

  /// How many pictures.
  public var count: Int { values.extent(0) }
  /// Features of a picture.
  public var width: Int { values.extent(1) }
}

/// Gives the features of pictures.
public protocol FeatureExtractor {
  /// - Parameter pictures: uint8, [n, size, size, 3].
  /// - Throws: where the extractor is somebody else's, and fails.
  func features(of pictures: Tensor) throws -> Features
}

extension FeatureExtractor {
  /// Of any number of pictures, uint8, [n, size, size, 3], in batches of one size, so that the features don't depend on
  /// the memory at hand.
  /// - Parameter pause: is called between batches, and may throw.
  public func features(ofAll pictures: Tensor, pause: () throws -> Void = {}) throws -> Features {
    let count = pictures.extent(0)
    let batches = try stride(from: 0, to: count, by: 64).map { first in
      try pause()
      return try features(of: pictures.narrowed(0, first..<min(first + 64, count)))
    }
    let logits = batches.compactMap(\.logits)
    return Features(
      values: .concatenated(batches.map(\.values), dimension: 0),
      logits: logits.count == batches.count ? .concatenated(logits, dimension: 0) : nil)
  }
}
