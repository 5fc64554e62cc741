public import Experiments
import Randomness

/// What training pictures go through each time that they are shown: a random crop at its own size again, then by chance
/// left and right exchanged. What happens to one follows from the seed, the epoch and its place in the epoch's order.
public struct Augmentation: Sendable {
  /// Probability that a picture is mirrored.
  public let flip: Double
  public let crop: RandomCrop?
  private let flipStream: RandomStream
  private let cropStream: RandomStream

  /// - Parameter seed: the run's.
  public init(flip: Double, crop: RandomCrop?, seed: Int) {
    self.flip = flip
    self.crop = crop
    flipStream = RandomStream(seed: seed, purpose: "flip")
    cropStream = RandomStream(seed: seed, purpose: "crop")
  }

  /// - Parameter seed: the run's.
  public init(_ configuration: DataConfiguration.Augmentation, seed: Int) {
    let crop = configuration.cropScale.map { scale in
      RandomCrop(scale: scale[0]...scale[1], ratio: configuration.cropRatio[0]...configuration.cropRatio[1])
    }
    self.init(flip: configuration.flip, crop: crop, seed: seed)
  }

  /// Whether it leaves every picture as it is.
  public var isIdentity: Bool { flip == 0 && crop == nil }

  /// - Parameter picture: as wide as high. What is cropped is resized as every picture is: bicubic where it grows.
  public func callAsFunction(_ picture: Picture, epoch: Int, place: Int) -> Picture {
    var picture = picture
    if let crop {
      let size = picture.width
      let box = crop.box(in: size) { cropStream.uniform(epoch: epoch, index: place, element: $0) }
      picture = picture.cropped(to: box).resized(width: size, height: size)
    }
    return flipStream.uniform(epoch: epoch, index: place) < flip ? picture.mirrored() : picture
  }
}
