import Crypto
import Files
import Foundation
import Torch

/// Pictures drawn to be scored, as a file: all of them, or those that a stopped stage has so far.
struct DrawnPictures {
  /// size × size × 3 levels a picture.
  var levels: [UInt8] = []
  /// What each picture was to show, of all that are wanted.
  var labels: [Int]
  /// Width and height, in pixels.
  var size: Int
  /// How many epochs the network was trained.
  var epochs: Int
  /// What drawing has taken so far.
  var seconds = 0.0

  var count: Int { levels.count / (size * size * 3) }

  /// uint8, [count, size, size, 3].
  var tensor: Tensor { Tensor(levels, shape: [count, size, size, 3]) }

  private enum Key {
    static let pixels = "pixels"
    static let labels = "labels"
    static let epochs = "epochs"
    static let seconds = "seconds"
    static let digest = "pixels.sha256"
  }

  func write(to url: URL) throws {
    try makeFolder(of: url)
    try Safetensors(
      [Key.pixels: tensor, Key.labels: Tensor(labels.map(Int64.init), shape: [labels.count])],
      metadata: [
        Key.epochs: String(epochs), Key.seconds: String(seconds), Key.digest: SHA256.hash(data: levels).hexadecimal,
      ]
    ).write(to: url)
  }

  init(labels: [Int], size: Int, epochs: Int) {
    (self.labels, self.size, self.epochs) = (labels, size, epochs)
  }

  /// - Throws: `FormatError` where the file isn't what `write` made.
  init(contentsOf url: URL) throws {
    let file = try Safetensors(contentsOf: url)
    guard let pixels = file.tensors[Key.pixels], pixels.shape.count == 4, let labels = file.tensors[Key.labels],
      let epochs = file.metadata[Key.epochs].flatMap(Int.init),
      let seconds = file.metadata[Key.seconds].flatMap(Double.init)
    else { throw FormatError(file: url.path, reason: "doesn't hold drawn pictures") }
    self.init(labels: labels.values(as: Int64.self).map(Int.init), size: pixels.extent(1), epochs: epochs)
    levels = pixels.values(as: UInt8.self)
    self.seconds = seconds
    guard SHA256.hash(data: levels).hexadecimal == file.metadata[Key.digest] else {
      throw FormatError(file: url.path, reason: "isn't what was written: its SHA-256 differs")
    }
  }
}
