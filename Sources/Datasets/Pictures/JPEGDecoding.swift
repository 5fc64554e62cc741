import CTurboJPEG

extension RGBAPicture {
  /// Decodes grey, YCbCr, RGB, CMYK and YCCK files. CMYK is taken as Adobe stores it, inverted, as Pillow does; the
  /// orientation that a camera notes is not applied.
  init(jpeg bytes: [UInt8]) throws(DecodingError) {
    guard bytes.starts(with: [0xFF, 0xD8]) else { throw DecodingError("not a JPEG file") }
    guard let decoder = tjInitDecompress() else { throw DecodingError("libjpeg-turbo has no memory left") }
    defer { tjDestroy(decoder) }
    func check(_ status: Int32) throws(DecodingError) {
      guard status == 0 else { throw DecodingError(String(cString: tjGetErrorStr2(decoder))) }
    }
    var (width, height, subsampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    try check(
      tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &space))
    guard Int(width) * Int(height) <= RGBAPicture.maximumPixels else {
      throw .tooLarge(width: Int(width), height: Int(height))
    }
    let isCMYK = space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue)
    let format = isCMYK ? TJPF_CMYK : TJPF_RGBA
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * 4)
    try check(
      tjDecompress2(decoder, bytes, UInt(bytes.count), &pixels, width, 0, height, Int32(format.rawValue), 0))
    if isCMYK {
      for start in stride(from: 0, to: pixels.count, by: 4) {
        let black = Int(pixels[start + 3])
        for channel in 0..<3 { pixels[start + channel] = UInt8((2 * Int(pixels[start + channel]) * black + 255) / 510) }
        pixels[start + 3] = 255
      }
    }
    self.init(width: Int(width), height: Int(height), pixels: pixels)
  }
}
