import CPNG

extension Picture {
  /// The picture as a PNG file.
  public func png() -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    // An upper bound of what the compressed rows, each with its filter byte, and the chunks around them can take.
    var size = height * (3 * width + 1)
    size += size >> 12 + size >> 14 + size >> 25 + 1024 + 12 * (size >> 13)
    var bytes = [UInt8](repeating: 0, count: size)
    let written = bytes.withUnsafeMutableBytes {
      png_image_write_to_memory(&image, $0.baseAddress, &size, 0, pixels, 0, nil)
    }
    precondition(written != 0, "libpng cannot encode a \(width)×\(height) picture")
    return Array(bytes.prefix(size))
  }

  /// Decodes a PNG file; alpha is composited on white.
  ///
  /// - Throws: `DecodingError` with the reason.
  public init(png bytes: [UInt8]) throws(DecodingError) {
    self = try RGBAPicture(png: bytes).composited(on: [255, 255, 255])
  }
}
