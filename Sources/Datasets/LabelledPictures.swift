/// What a source of pictures gives, before anything is filtered or split.
struct LabelledPictures {
  let size: Int
  let classNames: [String]
  /// count × size × size × 3.
  var pixels: [UInt8] = []
  /// Indices into `classNames`.
  var labels: [Int] = []
  var broken: [BrokenPicture] = []
  /// What had to be decided about the source's numbers; nil where nothing had.
  var understood: String?

  var bytesPerPicture: Int { size * size * 3 }

  func picture(_ index: Int) -> ArraySlice<UInt8> {
    pixels[index * bytesPerPicture..<(index + 1) * bytesPerPicture]
  }

  /// Those at `indices`, in that order.
  func selecting(_ indices: [Int]) -> LabelledPictures {
    var selected = LabelledPictures(size: size, classNames: classNames, broken: broken, understood: understood)
    selected.pixels.reserveCapacity(indices.count * bytesPerPicture)
    for index in indices { selected.pixels += picture(index) }
    selected.labels = indices.map { labels[$0] }
    return selected
  }
}

/// A file that could not be decoded.
public struct BrokenPicture: Equatable, Sendable, CustomStringConvertible {
  /// Relative to the folder of the pictures.
  public let name: String
  public let reason: String

  public var description: String { "\(name): \(reason)" }
}
