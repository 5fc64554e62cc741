/// A decoded picture before its alpha is composited: straight (not premultiplied) RGBA, 8 bits a channel.
struct RGBAPicture {
  let width: Int
  let height: Int
  /// Rows × columns × 4.
  var pixels: [UInt8]

  /// More pixels than this are refused before memory is asked for them.
  static let maximumPixels = 1 << 26

  /// Over an opaque `background` of red, green and blue, in the values as they are stored, as browsers and Pillow do.
  func composited(on background: [UInt8]) -> Picture {
    var rgb = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<width * height {
      let alpha = Int(pixels[4 * pixel + 3])
      for channel in 0..<3 {
        let sum = Int(pixels[4 * pixel + channel]) * alpha + Int(background[channel]) * (255 - alpha)
        rgb[3 * pixel + channel] = UInt8((2 * sum + 255) / 510)
      }
    }
    return Picture(width: width, height: height, pixels: rgb)
  }
}

/// Why a file's bytes are no picture: a part of a sentence.
public struct DecodingError: Error, Equatable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  static func tooLarge(width: Int, height: Int) -> DecodingError {
    DecodingError("\(width)×\(height) pixels are more than \(RGBAPicture.maximumPixels)")
  }
}
