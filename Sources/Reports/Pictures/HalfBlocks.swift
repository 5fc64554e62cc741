/// Pictures as lines of text: two rows of pixels a line.
enum HalfBlocks {
  /// The lines of `picture`: an upper half block in the upper pixel's colour on the lower one's; without colours one
  /// sign for both, the darker the denser.
  static func lines(_ picture: RGBPicture, colours: Terminal.Colours) -> [String] {
    stride(from: 0, to: picture.height, by: 2).map { y in
      colours == .none ? densityLine(picture, y) : colourLine(picture, y, colours)
    }
  }

  private static func colourLine(_ picture: RGBPicture, _ y: Int, _ colours: Terminal.Colours) -> String {
    var line = ""
    var last = ""
    for x in 0..<picture.width {
      let upper = code(picture[x, y], colours)
      let code =
        y + 1 < picture.height
        ? "\u{1B}[38;\(upper);48;\(code(picture[x, y + 1], colours))m" : "\u{1B}[0;38;\(upper)m"
      // Neighbours of the same colours need no code of their own.
      if code != last { line += code }
      line += "▀"
      last = code
    }
    return line + "\u{1B}[0m"
  }

  private static func code(_ colour: SIMD3<UInt8>, _ colours: Terminal.Colours) -> String {
    colours == .exact ? "2;\(colour.x);\(colour.y);\(colour.z)" : "5;\(paletteIndex(colour))"
  }

  /// Of each channel of xterm's cube.
  private static let levels = [0, 95, 135, 175, 215, 255]

  /// What xterm shows for a number that `paletteIndex` gives.
  static func paletteColour(_ index: Int) -> SIMD3<UInt8> {
    if index >= 232 { return SIMD3(repeating: UInt8(8 + 10 * (index - 232))) }
    let place = index - 16
    return SIMD3(UInt8(levels[place / 36]), UInt8(levels[place / 6 % 6]), UInt8(levels[place % 6]))
  }

  /// The nearest of xterm's 256 colours, out of the 6 × 6 × 6 cube (from 16) and the greys (from 232); the first 16
  /// are left to the person's own taste.
  static func paletteIndex(_ colour: SIMD3<UInt8>) -> Int {
    let wanted = SIMD3<Int>(truncatingIfNeeded: colour)
    func distance(_ other: SIMD3<Int>) -> Int {
      let difference = wanted &- other
      return (difference &* difference).wrappedSum()
    }
    let cube = (0..<3).map { channel in
      levels.indices.min { abs(levels[$0] - wanted[channel]) < abs(levels[$1] - wanted[channel]) } ?? 0
    }
    let cubeColour = SIMD3(levels[cube[0]], levels[cube[1]], levels[cube[2]])
    let grey = min(23, max(0, (wanted.wrappedSum() / 3 - 3) / 10))
    let greyColour = SIMD3(repeating: 8 + 10 * grey)
    return distance(greyColour) < distance(cubeColour) ? 232 + grey : 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
  }

  /// Dense signs for dark pixels, because the paper behind them is white.
  private static func densityLine(_ picture: RGBPicture, _ y: Int) -> String {
    let signs = Array("@%#*+=-:. ")
    var line = ""
    for x in 0..<picture.width {
      let upper = luminance(picture[x, y])
      let lower = y + 1 < picture.height ? luminance(picture[x, y + 1]) : upper
      line.append(signs[min(signs.count - 1, Int((upper + lower) / 2 * Double(signs.count)))])
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// 0 (black) … 1 (white), weighted by Rec. 601.
  private static func luminance(_ colour: SIMD3<UInt8>) -> Double {
    (0.299 * Double(colour.x) + 0.587 * Double(colour.y) + 0.114 * Double(colour.z)) / 255
  }
}
