import CPNG

extension RGBAPicture {
  /// Decodes every colour type and bit depth. Stored values are taken as they are: `gAMA` and colour profiles are not
  /// applied, and 16-bit values are scaled, not read as linear light.
  init(png bytes: [UInt8]) throws(DecodingError) {
    let bytes = try withoutColourManagement(bytes)
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // libpng keeps the address until the picture is read or freed, so all of it happens inside this closure.
    let outcome: Result<[UInt8], DecodingError> = bytes.withUnsafeBytes { source in
      func failure() -> DecodingError {
        DecodingError(withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      }
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        return .failure(failure())
      }
      let (width, height) = (Int(image.width), Int(image.height))
      guard width * height <= RGBAPicture.maximumPixels else {
        return .failure(.tooLarge(width: width, height: height))
      }
      image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
      image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
      var pixels = [UInt8](repeating: 0, count: width * height * 4)
      let status = pixels.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) }
      return status == 0 ? .failure(failure()) : .success(pixels)
    }
    let pixels = try outcome.get()
    self.init(width: Int(image.width), height: Int(image.height), pixels: pixels)
  }
}

private let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

/// The file without the chunks by which libpng's simplified interface would convert its colours.
private func withoutColourManagement(_ bytes: [UInt8]) throws(DecodingError) -> [UInt8] {
  guard bytes.starts(with: signature) else { throw DecodingError("not a PNG file") }
  let dropped = ["gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI"].map { Array($0.utf8) }
  var kept = signature
  var start = signature.count
  while start + 12 <= bytes.count {
    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = min(start + 12 + length, bytes.count)
    if !dropped.contains(Array(bytes[start + 4..<start + 8])) { kept += bytes[start..<end] }
    start = end
  }
  return kept
}
