import RunStore
import Testing

@testable import Reports

@Suite struct PictureTests {
  private let red: [UInt8] = [255, 0, 0]
  private let white: [UInt8] = [255, 255, 255]
  private let black: [UInt8] = [0, 0, 0]
  private let grey: [UInt8] = [115, 115, 115]

  @Test func `a line holds two rows of pixels, the upper in front`() {
    let picture = RGBPicture(width: 2, height: 3, bytes: red + red + black + white + white + black)
    #expect(
      HalfBlocks.lines(picture, colours: .exact) == [
        "\u{1B}[38;2;255;0;0;48;2;0;0;0m▀\u{1B}[38;2;255;0;0;48;2;255;255;255m▀\u{1B}[0m",
        "\u{1B}[0;38;2;255;255;255m▀\u{1B}[0;38;2;0;0;0m▀\u{1B}[0m",
      ])
  }

  @Test func `equal neighbours share their code`() {
    let picture = RGBPicture(width: 3, height: 2, filledWith: 255)
    #expect(HalfBlocks.lines(picture, colours: .palette) == ["\u{1B}[38;5;231;48;5;231m▀▀▀\u{1B}[0m"])
  }

  @Test func `the palette's index is the nearest colour's by exhaustion`() {
    // xterm's 256-colour table: a cube of six levels a channel, then 24 greys.
    let levels = [0, 95, 135, 175, 215, 255]
    var colours: [Int: [Int]] = [:]
    for index in 0..<216 { colours[16 + index] = [levels[index / 36], levels[index / 6 % 6], levels[index % 6]] }
    for index in 0..<24 { colours[232 + index] = Array(repeating: 8 + 10 * index, count: 3) }
    for sample in stride(from: 0, to: 1 << 24, by: 104_729) {
      let wanted = [sample >> 16, sample >> 8 & 255, sample & 255]
      func distance(_ colour: [Int]?) -> Int {
        zip(wanted, colour ?? []).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let found = HalfBlocks.paletteIndex(SIMD3(UInt8(wanted[0]), UInt8(wanted[1]), UInt8(wanted[2])))
      let best = colours.values.map(distance).min() ?? 0
      #expect(distance(colours[found]) <= best + 4, "\(wanted) became \(found)")
    }
  }

  @Test func `without colours white is paper and black is ink`() {
    let picture = RGBPicture(width: 3, height: 2, bytes: black + white + grey + black + white + grey)
    #expect(
      HalfBlocks.lines(picture, colours: .none) == ["@ +"])
  }

  @Test func `shrinking means areas, also where pixels are split`() {
    let picture = RGBPicture(width: 3, height: 1, bytes: [0, 0, 0, 90, 90, 90, 240, 240, 240])
    // Two halves of 1.5 pixels: (0 + 45) / 1.5 and (45 + 240) / 1.5.
    #expect(picture.shrunk(toWidth: 2, height: 1).bytes == [30, 30, 30, 190, 190, 190])
    #expect(picture.shrunk(toWidth: 1, height: 1).bytes == [110, 110, 110])
  }

  private func grid(classes: [String], rows: Int, size: Int) -> [GridCell] {
    (0..<rows * classes.count).map { index in
      GridCell(
        index: index, noiseIndex: index, label: index % classes.count, labelName: classes[index % classes.count],
        size: size, rgb: Array(repeating: UInt8(index * 20), count: size * size * 3))
    }
  }

  @Test func `a grid has a column a class under its name, and two rows of pixels a line`() throws {
    let grid = try #require(GridPicture(grid(classes: ["怪物", "spell"], rows: 2, size: 8)))
    let lines = grid.lines(for: Terminal(width: 80, colours: .none))
    #expect(lines.count == 1 + 2 * 8 / 2)
    #expect(lines[0] == "怪物     spell")
    // Levels 0 and 20 are inks of the same density, and a white gap is between them.
    #expect(lines[1] == "@@@@@@@@ @@@@@@@@")
  }

  @Test(arguments: [
    (16, 5, 80, 80), (16, 5, 84, 84), (64, 5, 80, 74), (64, 4, 80, 67), (16, 8, 80, 71), (16, 5, 200, 84),
  ])
  func `a grid takes its own size where it fits, and else fits the terminal`(
    size: Int, classes: Int, width: Int, expected: Int
  ) throws {
    let names = (0..<classes).map { "class\($0)" }
    let grid = try #require(GridPicture(grid(classes: names, rows: 1, size: size)))
    let lines = grid.lines(for: Terminal(width: width, colours: .exact))
    #expect(lines[1].count { $0 == "▀" } == expected)
    #expect(lines[0].terminalWidth <= width)
  }

  @Test func `colours follow the environment`() {
    #expect(Terminal.colours(environment: ["TERM": "xterm-256color"]) == .palette)
    #expect(Terminal.colours(environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor"]) == .exact)
    #expect(Terminal.colours(environment: ["TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"]) == .none)
    #expect(Terminal.colours(environment: ["TERM": "dumb", "COLORTERM": "truecolor"]) == .none)
    #expect(Terminal.colours(environment: [:]) == .none)
  }
}
