import Foundation

/// A part of a picture of random place, area and shape, as torchvision's `RandomResizedCrop` chooses it (Szegedy et al.
/// 2015, section 6).
public struct RandomCrop: Equatable, Sendable {
  /// Rows and columns of a picture.
  struct Box: Equatable {
    var top: Int
    var left: Int
    var height: Int
    var width: Int
  }

  /// Share of the picture's area, uniform within it.
  public let scale: ClosedRange<Double>
  /// Width/height, its logarithm uniform within it.
  public let ratio: ClosedRange<Double>

  public init(scale: ClosedRange<Double>, ratio: ClosedRange<Double>) {
    self.scale = scale
    self.ratio = ratio
  }

  private static let tries = 10

  /// The first of ten tries that fits into a picture of `size` × `size`, else the largest box in the middle whose ratio
  /// is allowed.
  ///
  /// - Parameter uniform: the numbers in [0, 1) to decide by; try k takes 4k (area), 4k + 1 (ratio), 4k + 2 (top) and
  ///   4k + 3 (left).
  func box(in size: Int, uniform: (_ element: Int) -> Double) -> Box {
    let side = Double(size)
    for element in stride(from: 0, to: 4 * Self.tries, by: 4) {
      let area = side * side * interpolated(scale.lowerBound, scale.upperBound, uniform(element))
      let shape = exp(interpolated(log(ratio.lowerBound), log(ratio.upperBound), uniform(element + 1)))
      let width = Int((area * shape).squareRoot().rounded(.toNearestOrEven))
      let height = Int((area / shape).squareRoot().rounded(.toNearestOrEven))
      guard (1...size).contains(width), (1...size).contains(height) else { continue }
      return Box(
        top: Int(uniform(element + 2) * Double(size - height + 1)),
        left: Int(uniform(element + 3) * Double(size - width + 1)), height: height, width: width)
    }
    let width = ratio.upperBound < 1 ? max(1, Int((side * ratio.upperBound).rounded(.toNearestOrEven))) : size
    let height = ratio.lowerBound > 1 ? max(1, Int((side / ratio.lowerBound).rounded(.toNearestOrEven))) : size
    return Box(top: (size - height) / 2, left: (size - width) / 2, height: height, width: width)
  }

  private func interpolated(_ low: Double, _ high: Double, _ share: Double) -> Double { low + share * (high - low) }
}

extension Picture {
  /// The pixels within `box`.
  func cropped(to box: RandomCrop.Box) -> Picture {
    var part: [UInt8] = []
    part.reserveCapacity(box.height * box.width * 3)
    for row in box.top..<box.top + box.height {
      let start = offset(row: row, column: box.left)
      part += pixels[start..<start + 3 * box.width]
    }
    return Picture(width: box.width, height: box.height, pixels: part)
  }

  /// Left and right exchanged.
  func mirrored() -> Picture {
    var mirrored = self
    for row in 0..<height {
      for column in 0..<width {
        let (from, to) = (offset(row: row, column: column), offset(row: row, column: width - 1 - column))
        for channel in 0..<3 { mirrored.pixels[to + channel] = pixels[from + channel] }
      }
    }
    return mirrored
  }
}
