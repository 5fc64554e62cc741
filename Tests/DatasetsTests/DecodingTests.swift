import Foundation
import Testing

@testable import Datasets

@Suite struct DecodingTests {
  /// How far a value may be from Pillow's: rounding of alpha, and libjpeg versions.
  static let pictures: [(name: String, tolerance: Int)] =
    ["", "-interlaced"].flatMap { suffix in
      [
        "grey1", "grey2", "grey4", "grey8", "grey16", "palette1", "palette2", "palette4", "palette8", "rgb8", "rgb16",
        "grey-alpha8", "grey-alpha16", "rgba8", "rgba16",
      ].map { ("\($0)\(suffix).png", $0.hasSuffix("16") ? 1 : 0) }
    } + [
      ("palette4-transparent.png", 0), ("grey4-transparent.png", 0), ("rgb8-transparent.png", 0),
      ("rgb8-gamma.png", 0), ("jpeg-grey.jpg", 2), ("jpeg-444.jpg", 2), ("jpeg-420.jpg", 2),
      ("jpeg-progressive.jpg", 2), ("jpeg-cmyk.jpg", 2),
    ]

  @Test("every kind of picture decodes to Pillow's pixels", arguments: pictures)
  func decodesAsPillow(name: String, tolerance: Int) throws {
    let decoded = try Dataset.decode(Goldens.bytes(name)).composited(on: [200, 100, 50])
    let expected = try Goldens.picture(String(name.prefix { $0 != "." }))
    #expect(try #require(difference(decoded, expected)) <= tolerance)
  }

  @Test(arguments: ["8x6", "1x1", "40x31", "8x20", "7x5"])
  func `resizing takes the area's mean where it shrinks and interpolates where it grows`(name: String) throws {
    let expected = try Goldens.picture("resize-\(name)")
    let resized = try Goldens.picture("pattern").resized(width: expected.width, height: expected.height)
    #expect(try #require(difference(resized, expected)) <= 1)
  }

  @Test func `encoding keeps every pixel`() throws {
    let picture = try Goldens.picture("pattern")
    #expect(try Picture(png: picture.png()) == picture)
  }

  @Test func `a picture cut short anywhere is refused and never crashes`() throws {
    for name in ["rgb8.png", "palette4-interlaced.png", "jpeg-420.jpg"] {
      let bytes = try Goldens.bytes(name)
      // A PNG's last chunk, IEND, says nothing of the pixels.
      let needed = bytes.count - (name.hasSuffix("png") ? 16 : 3)
      for length in stride(from: 0, to: needed, by: 7) {
        #expect(throws: DecodingError.self, "\(name) cut to \(length) bytes") {
          try Dataset.decode(Array(bytes.prefix(length)))
        }
      }
    }
  }

  @Test func `damaged bytes never crash`() throws {
    for name in ["rgb8.png", "palette2.png", "jpeg-420.jpg", "jpeg-progressive.jpg"] {
      let bytes = try Goldens.bytes(name)
      for position in bytes.indices {
        var damaged = bytes
        damaged[position] ^= 0xFF
        _ = try? Dataset.decode(damaged)
      }
    }
  }

  @Test func `reasons tell what is wrong`() throws {
    func reason(_ bytes: [UInt8]) -> String? {
      do {
        _ = try Dataset.decode(bytes)
        return nil
      } catch { return error.reason }
    }
    #expect(reason([]) == "the file is empty")
    #expect(reason(Array("GIF89a".utf8)) == "neither a PNG nor a JPEG file")
    var bomb = try Goldens.bytes("rgb8.png")
    bomb.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
    bomb.replaceSubrange(29..<33, with: crc(bomb[12..<29]))
    #expect(reason(bomb) == "65535×65535 pixels are more than 67108864")
  }

  /// CRC-32 as PNG has it (RFC 2083, appendix).
  private func crc(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var register: UInt32 = .max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~register >> UInt32(24 - 8 * $0)) }
  }

  @Test func `a sheet puts pictures into rows on white`() {
    let pictures = [UInt8(1), 2, 3].map { Picture(width: 1, height: 1, red: $0, green: $0, blue: $0) }
    let sheet = Picture.sheet(pictures, columns: 2, margin: 1, scale: 2)
    #expect(sheet.width == 7 && sheet.height == 7)
    let reds = (0..<7).map { row in (0..<7).map { sheet.pixels[sheet.offset(row: row, column: $0)] } }
    #expect(reds[0].allSatisfy { $0 == 255 })
    #expect(reds[1] == [255, 1, 1, 255, 2, 2, 255])
    #expect(reds[5] == [255, 3, 3, 255, 255, 255, 255])
  }
}
