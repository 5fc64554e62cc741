/// How bright and how coloured pictures are.
public struct ColourStatistics: Equatable, Sendable {
  /// What is counted in a histogram; brightness is weighted by Rec. 601.
  public enum Channel: String, CaseIterable, Sendable { case brightness, red, green, blue }

  /// How many pixels have each level 0…255, a channel each; in the order of `Channel.allCases`.
  public let histograms: [[Int]]
  public let pixelCount: Int

  /// Of the pictures at `indices`.
  public init(_ dataset: Dataset, of indices: some Sequence<Int>) {
    var histograms = [[Int]](repeating: [Int](repeating: 0, count: 256), count: Channel.allCases.count)
    var pixelCount = 0
    let pixelsEach = dataset.size * dataset.size
    dataset.pixels.withUnsafeBufferPointer { pixels in
      for index in indices {
        for pixel in index * pixelsEach..<(index + 1) * pixelsEach {
          let (red, green, blue) = (Int(pixels[3 * pixel]), Int(pixels[3 * pixel + 1]), Int(pixels[3 * pixel + 2]))
          histograms[0][(299 * red + 587 * green + 114 * blue + 500) / 1000] += 1
          histograms[1][red] += 1
          histograms[2][green] += 1
          histograms[3][blue] += 1
        }
        pixelCount += pixelsEach
      }
    }
    self.histograms = histograms
    self.pixelCount = pixelCount
  }

  public func histogram(_ channel: Channel) -> [Int] {
    histograms[Channel.allCases.firstIndex(of: channel) ?? 0]
  }

  /// In levels 0…255; 0 where there are no pictures.
  public func mean(_ channel: Channel) -> Double {
    let sum = histogram(channel).enumerated().reduce(0) { $0 + $1.offset * $1.element }
    return pixelCount == 0 ? 0 : Double(sum) / Double(pixelCount)
  }

  public var meanColour: (red: UInt8, green: UInt8, blue: UInt8) {
    func level(_ channel: Channel) -> UInt8 { UInt8(mean(channel).rounded()) }
    return (level(.red), level(.green), level(.blue))
  }
}
