/// An RGB picture of 8 bits a channel.
public struct Picture: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Rows × columns × 3: red, green, blue.
  public var pixels: [UInt8]

  /// - Precondition: `pixels` holds width × height × 3 values.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3, "\(pixels.count) values are no \(width)×\(height) RGB picture")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A picture of one colour.
  public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    self.init(
      width: width, height: height, pixels: (0..<width * height).flatMap { _ in [red, green, blue] })
  }

  /// Where the red value of the pixel in `row` and `column` stands in `pixels`.
  func offset(row: Int, column: Int) -> Int { 3 * (row * width + column) }
}
