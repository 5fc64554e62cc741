/// A picture as sixels: columns of six pixels a sign, a colour after the other (DEC, VT330/VT340 Programmer Reference,
/// volume 2, chapter 14).
enum SixelPicture {
  static func text(_ picture: RGBPicture) -> String {
    var text = "\u{1B}P0;1q\"1;1;\(picture.width);\(picture.height)"
    let colours = Palette(of: picture)
    for (index, colour) in colours.entries.enumerated() {
      let percent = (0..<3).map { String((Int(colour[$0]) * 100 + 127) / 255) }
      text += "#\(index);2;\(percent.joined(separator: ";"))"
    }
    for top in stride(from: 0, to: picture.height, by: 6) {
      text += band(of: picture, top, colours)
    }
    return text + "\u{1B}\\"
  }

  private static func band(of picture: RGBPicture, _ top: Int, _ palette: Palette) -> String {
    var columns: [Int: [UInt8]] = [:]
    for y in top..<min(top + 6, picture.height) {
      for x in 0..<picture.width {
        columns[palette.index(of: picture[x, y]), default: Array(repeating: 0, count: picture.width)][x] |=
          1 << UInt8(y - top)
      }
    }
    let lines = columns.sorted { $0.key < $1.key }.map { index, bits in "#\(index)\(runs(bits))" }
    return lines.joined(separator: "$") + "-"
  }

  /// Equal neighbours as a count and their sign.
  private static func runs(_ bits: [UInt8]) -> String {
    var text = ""
    var start = 0
    for end in 1...bits.count where end == bits.count || bits[end] != bits[start] {
      let sign = String(Unicode.Scalar(bits[start] + 63))
      text += end - start > 3 ? "!\(end - start)\(sign)" : String(repeating: sign, count: end - start)
      start = end
    }
    return text
  }

  /// The picture's own colours where a terminal has room for them, else the nearest of xterm's.
  private struct Palette {
    private(set) var entries: [SIMD3<UInt8>] = []
    /// By the picture's own colour.
    private var indices: [SIMD3<UInt8>: Int] = [:]

    init(of picture: RGBPicture) {
      let own = Set(
        stride(from: 0, to: picture.bytes.count, by: 3)
          .map { SIMD3(picture.bytes[$0], picture.bytes[$0 + 1], picture.bytes[$0 + 2]) })
      var places: [SIMD3<UInt8>: Int] = [:]
      for colour in own {
        let shown = own.count <= 256 ? colour : HalfBlocks.paletteColour(HalfBlocks.paletteIndex(colour))
        if places[shown] == nil {
          places[shown] = entries.count
          entries.append(shown)
        }
        indices[colour] = places[shown]
      }
    }

    func index(of colour: SIMD3<UInt8>) -> Int { indices[colour] ?? 0 }
  }
}
