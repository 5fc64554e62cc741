import Datasets
import Foundation
import RunStore
import Testing

@testable import Reports

@Suite struct GraphicsTests {
  private func terminal(_ graphics: Terminal.Graphics) -> Terminal {
    var terminal = Terminal(width: 80, colours: .exact)
    terminal.graphics = graphics
    return terminal
  }

  private let cells = (0..<4).map { index in
    GridCell(
      index: index, noiseIndex: index, label: index % 2, labelName: ["hero", "monster"][index % 2], size: 8,
      rgb: (0..<192).map { UInt8(truncatingIfNeeded: $0 * 7 + index * 31) })
  }

  @Test func `kitty's picture is a PNG in pieces, its cells enlarged pixel by pixel under their names`() throws {
    let lines = try #require(GridPicture(cells)).lines(for: terminal(.kitty))
    #expect(lines.count == 2)
    #expect(lines[0] == "hero            monster")
    let pieces = lines[1].components(separatedBy: "\u{1B}\\").dropLast()
    #expect(pieces.first?.hasPrefix("\u{1B}_Ga=T,f=100,q=2,c=32,m=") == true)
    let payloads = try pieces.map { piece in try #require(piece.split(separator: ";", maxSplits: 1).last) }
    #expect(payloads.allSatisfy { $0.utf8.count <= 4096 })
    for (index, piece) in pieces.enumerated() { #expect(piece.contains("m=\(index + 1 < pieces.count ? 1 : 0);")) }
    let png = try #require(Data(base64Encoded: payloads.joined()))
    let picture = try Picture(png: Array(png))
    #expect(picture.width == 2 * 9 * 14 && picture.height == picture.width)
    // The fourth cell's first pixel, at its lower right corner.
    let offset = 3 * ((9 * 14 + 13) * picture.width + 9 * 14 + 13)
    #expect(Array(picture.pixels[offset..<offset + 3]) == Array(cells[3].rgb[0..<3]))
  }

  @Test func `sixels decode to the picture`() throws {
    var picture = RGBPicture(width: 7, height: 8, filledWith: 255)
    // Sixels tell levels in percent: these are multiples of 20.
    for x in 0..<7 { picture[x, x] = SIMD3(UInt8(x % 6 * 51), 0, 255) }
    #expect(try decoded(SixelPicture.text(picture)) == picture)
  }

  @Test func `sixels of more colours than a terminal has are the nearest of xterm's`() throws {
    var picture = RGBPicture(width: 40, height: 12, filledWith: 0)
    for y in 0..<12 { for x in 0..<40 { picture[x, y] = SIMD3(UInt8(x * 6), UInt8(y * 20), UInt8(x * y % 256)) } }
    let read = try decoded(SixelPicture.text(picture))
    for y in 0..<12 {
      for x in 0..<40 {
        let near = HalfBlocks.paletteColour(HalfBlocks.paletteIndex(picture[x, y]))
        // Sixels tell levels in percent.
        for channel in 0..<3 { #expect(abs(Int(read[x, y][channel]) - Int(near[channel])) <= 2) }
      }
    }
  }

  /// A reader of its own, after DEC's description.
  private func decoded(_ text: String) throws -> RGBPicture {
    let head = try #require(text.firstMatch(of: /^\x{1B}P0;1q"1;1;(\d+);(\d+)/))
    #expect(text.hasSuffix("\u{1B}\\"))
    var picture = RGBPicture(width: try #require(Int(head.1)), height: try #require(Int(head.2)), filledWith: 1)
    var colours: [Int: SIMD3<UInt8>] = [:]
    var (colour, x, top) = (0, 0, 0)
    for match in text[head.range.upperBound...].dropLast(2).matches(
      of: /#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([?-~])|(\$)|(-)/)
    {
      func number(_ part: Substring?) -> Int? { part.flatMap { Int($0) } }
      func paint(_ sign: Substring, _ count: Int) {
        let bits = (sign.unicodeScalars.first?.value ?? 63) - 63
        for _ in 0..<count {
          for row in 0..<6 where bits & 1 << row != 0 { picture[x, top + row] = colours[colour] ?? SIMD3() }
          x += 1
        }
      }
      let part = match.output
      if let index = number(part.1) {
        colours[index] = SIMD3((0..<3).map { UInt8(((number([part.2, part.3, part.4][$0]) ?? 0) * 255 + 50) / 100) })
      } else if let index = number(part.5) {
        colour = index
      } else if let count = number(part.6), let sign = part.7 {
        paint(sign, count)
      } else if let sign = part.8 {
        paint(sign, 1)
      } else if part.9 != nil {
        x = 0
      } else {
        (x, top) = (0, top + 6)
      }
    }
    return picture
  }

  @Test func `graphics are used where the terminal says that it has them`() {
    #expect(Terminal.isKitty(environment: ["TERM": "xterm-kitty"]))
    #expect(Terminal.isKitty(environment: ["TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"]))
    #expect(Terminal.isKitty(environment: ["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"]))
    #expect(!Terminal.isKitty(environment: ["TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"]))
    #expect(!Terminal.isKitty(environment: ["TERM": "xterm-256color"]))
    #expect(DeviceAttributes.hasSixel("\u{1B}[?62;4;22c"))
    #expect(!DeviceAttributes.hasSixel("\u{1B}[?64;1;24c"))
    // 4 is a class here, and no attribute.
    #expect(!DeviceAttributes.hasSixel("\u{1B}[?4;6c"))
    #expect(!DeviceAttributes.hasSixel("nothing"))
    let piped = Terminal.plain.withGraphics(environment: ["TERM": "xterm-kitty"])
    #expect(piped.graphics == .none)
    let colourless = Terminal(width: 80, colours: .none).withGraphics(environment: ["TERM": "xterm-kitty"])
    #expect(colourless.graphics == .none)
    #expect(Terminal(width: 80, colours: .exact).withGraphics(environment: ["TERM": "xterm-kitty"]).graphics == .kitty)
  }
}
