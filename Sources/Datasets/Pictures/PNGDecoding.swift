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
      let colors = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
      // Reduced to 8 bits by libpng itself, 16-bit interlaced pictures come out wrong (1.6.39) or break memory
      // (CVE-2025-65018). As 'linear' they come as they are, but premultiplied.
      if image.format & png_uint_32(PNG_FORMAT_FLAG_LINEAR) != 0 {
        image.format = colors | png_uint_32(PNG_FORMAT_FLAG_LINEAR)
        var deep = [UInt16](repeating: 0, count: width * height * 4)
        let status = deep.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) }
        return status == 0 ? .failure(failure()) : .success(straight8(deep))
      }
      image.format = colors
      var pixels = [UInt8](repeating: 0, count: width * height * 4)
      let status = pixels.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) }
      return status == 0 ? .failure(failure()) : .success(pixels)
    }
    let pixels = try outcome.get()
    self.init(width: Int(image.width), height: Int(image.height), pixels: pixels)
  }
}

/// Straight RGBA of 8 bits from premultiplied RGBA of 16.
private func straight8(_ premultiplied: [UInt16]) -> [UInt8] {
  var pixels = [UInt8](repeating: 0, count: premultiplied.count)
  for start in stride(from: 0, to: premultiplied.count, by: 4) {
    let alpha = Int(premultiplied[start + 3])
    pixels[start + 3] = UInt8((alpha * 255 + 32767) / 65535)
    guard alpha > 0 else { continue }
    for channel in 0..<3 {
      pixels[start + channel] = UInt8(min((Int(premultiplied[start + channel]) * 255 + alpha / 2) / alpha, 255))
    }
  }
  return pixels
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
