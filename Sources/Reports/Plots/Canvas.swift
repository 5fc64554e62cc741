/// What a figure is drawn on. Lengths are in pixels, x to the right and y down.
protocol Canvas {
  mutating func polygon(_ points: [Point], fill: Colour, opacity: Double)
  mutating func line(_ points: [Point], _ stroke: Stroke)
  /// `at` is on the base line.
  mutating func text(_ text: String, at point: Point, _ style: TextStyle)
}

struct Point: Equatable {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// sRGB, 0…255.
struct Colour: Equatable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ rgb: UInt32) {
    red = UInt8(rgb >> 16 & 0xFF)
    green = UInt8(rgb >> 8 & 0xFF)
    blue = UInt8(rgb & 0xFF)
  }

  static let ink = Colour(0x1B1B1F)
  static let faint = Colour(0x6B6B70)
  static let rule = Colour(0xE3E3E6)

  /// Okabe and Ito's colours, which differ for most eyes, less the yellow that is lost on white.
  static let palette = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00, 0x4D4D4D].map { Colour(UInt32($0)) }
}

struct Stroke: Equatable {
  var colour: Colour
  var width = 1.0
  /// Lengths of dashes and gaps in turn; empty: an unbroken line.
  var dashes: [Double] = []

  /// Of one series among several: as many colours as there are, then the same in dashes.
  static func series(_ index: Int, width: Double) -> Stroke {
    let patterns: [[Double]] = [[], [7, 4], [2, 3], [9, 3, 2, 3]]
    let count = Colour.palette.count
    return Stroke(
      colour: Colour.palette[index % count], width: width, dashes: patterns[index / count % patterns.count])
  }
}

struct TextStyle: Equatable {
  enum Anchor { case start, middle, end }

  var size = 12.0
  var colour = Colour.ink
  var anchor = Anchor.start
  var isBold = false
  /// Whether it reads upwards.
  var isVertical = false
}
