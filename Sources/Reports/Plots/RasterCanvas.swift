import Datasets
import Foundation

/// A figure in pixels, `scale` of them to a unit of length, their edges smoothed by how much of a pixel is covered.
struct RasterCanvas: Canvas {
  private let scale: Double
  private let width: Int
  private let height: Int
  /// RGB, 0…255, row by row.
  private var pixels: [Double]

  init(width: Double, height: Double, scale: Double = 2) {
    self.scale = scale
    self.width = Int((width * scale).rounded(.up))
    self.height = Int((height * scale).rounded(.up))
    pixels = Array(repeating: 255, count: self.width * self.height * 3)
  }

  var picture: Picture {
    Picture(width: width, height: height, pixels: pixels.map { UInt8(min(255, max(0, $0.rounded()))) })
  }

  mutating func polygon(_ points: [Point], fill: Colour, opacity: Double) {
    paint([points.map { Point($0.x * scale, $0.y * scale) }], fill, opacity)
  }

  mutating func line(_ points: [Point], _ stroke: Stroke) {
    for dash in Dashes(stroke.dashes).cut(points) {
      outline(dash.map { Point($0.x * scale, $0.y * scale) }, stroke.width * scale, stroke.colour)
    }
  }

  mutating func text(_ text: String, at point: Point, _ style: TextStyle) {
    let font = StrokeFont(size: style.size)
    let length = font.width(of: text)
    let start: Double =
      switch style.anchor {
      case .start: 0
      case .middle: -length / 2
      case .end: -length
      }
    let stroke = Stroke(colour: style.colour, width: style.size * (style.isBold ? 0.14 : 0.085))
    for path in font.paths(of: text) {
      line(
        path.map { place in
          let (along, down) = (start + place.x, place.y)
          return style.isVertical ? Point(point.x + down, point.y - along) : Point(point.x + along, point.y + down)
        }, stroke)
    }
  }

  /// A line of some width: a rectangle a segment, and a disc where two meet and at the ends.
  private mutating func outline(_ points: [Point], _ width: Double, _ colour: Colour) {
    let radius = max(width, 1) / 2
    var parts: [[Point]] = []
    for (start, end) in zip(points, points.dropFirst()) {
      let length = hypot(end.x - start.x, end.y - start.y)
      guard length > 0 else { continue }
      let (dx, dy) = ((end.y - start.y) / length * radius, (start.x - end.x) / length * radius)
      parts.append([
        Point(start.x + dx, start.y + dy), Point(end.x + dx, end.y + dy), Point(end.x - dx, end.y - dy),
        Point(start.x - dx, start.y - dy),
      ])
    }
    if radius > 0.6 {
      for point in points.dropFirst().dropLast() {
        parts.append(
          (0..<8).map { step in
            let angle = Double(step) * .pi / 4
            return Point(point.x + radius * cos(angle), point.y + radius * sin(angle))
          })
      }
    }
    paint(parts, colour, 1)
  }

  /// Fills what any of `parts` covers. All go round the same way, so that their covers add up and are cut off at 1.
  private mutating func paint(_ parts: [[Point]], _ colour: Colour, _ opacity: Double) {
    let all = parts.joined()
    guard let left = all.map(\.x).min(), let right = all.map(\.x).max(), let top = all.map(\.y).min(),
      let bottom = all.map(\.y).max()
    else { return }
    let columns = max(0, Int(left))..<min(width, max(Int(left), Int(right.rounded(.up)) + 1))
    let rows = max(0, Int(top))..<min(height, max(Int(top), Int(bottom.rounded(.up)) + 1))
    guard !columns.isEmpty, !rows.isEmpty, columns.lowerBound < width, rows.lowerBound < height else { return }
    var coverage = Coverage(columns: columns, rows: rows)
    for part in parts { coverage.add(part) }
    let inks = [Double(colour.red), Double(colour.green), Double(colour.blue)]
    coverage.eachPixel { x, y, covered in
      let share = covered * opacity
      let start = (y * width + x) * 3
      for channel in 0..<3 { pixels[start + channel] += (inks[channel] - pixels[start + channel]) * share }
    }
  }
}

/// How much of each pixel polygons cover: each edge adds the area between itself and the right border, signed by its
/// direction, and a sum from left to right makes covers of it. Source: the accumulation buffer of R. Levien's font-rs.
private struct Coverage {
  let columns: Range<Int>
  let rows: Range<Int>
  private var sums: [Double]

  init(columns: Range<Int>, rows: Range<Int>) {
    (self.columns, self.rows) = (columns, rows)
    sums = Array(repeating: 0, count: rows.count * (columns.count + 1))
  }

  mutating func add(_ polygon: [Point]) {
    for (start, end) in zip(polygon, polygon.dropFirst() + polygon.prefix(1)) where start.y != end.y {
      let sign = start.y < end.y ? 1.0 : -1.0
      let (upper, lower) = start.y < end.y ? (start, end) : (end, start)
      let slope = (lower.x - upper.x) / (lower.y - upper.y)
      let first = max(rows.lowerBound, Int(upper.y.rounded(.down)))
      let last = min(rows.upperBound, Int(lower.y.rounded(.up)))
      for row in first..<max(first, last) {
        let y0 = max(upper.y, Double(row))
        let y1 = min(lower.y, Double(row + 1))
        if y1 > y0 { add(row, upper.x + (y0 - upper.y) * slope, upper.x + (y1 - upper.y) * slope, (y1 - y0) * sign) }
      }
    }
  }

  /// An edge within one row, from `x0` to `x1`, over `height` of it.
  private mutating func add(_ row: Int, _ x0: Double, _ x1: Double, _ height: Double) {
    let origin = Double(columns.lowerBound)
    let limit = Double(columns.count)
    let left = min(max(min(x0, x1) - origin, 0), limit)
    let right = min(max(max(x0, x1) - origin, 0), limit)
    let start = (row - rows.lowerBound) * (columns.count + 1)
    let first = min(Int(left), columns.count)
    let last = min(Int(right), columns.count)
    if first == last {
      let inside = (left + right) / 2 - Double(first)
      sums[start + first] += height * (1 - inside)
      if first < columns.count { sums[start + first + 1] += height * inside }
      return
    }
    // Column by column, the part of the edge that lies in it.
    for column in first...last {
      let from = max(left, Double(column))
      let to = min(right, Double(column + 1))
      let part = height * (to - from) / (right - left)
      guard part != 0 else { continue }
      let inside = (from + to) / 2 - Double(column)
      sums[start + column] += part * (1 - inside)
      if column < columns.count { sums[start + column + 1] += part * inside }
    }
  }

  func eachPixel(_ body: (_ x: Int, _ y: Int, _ covered: Double) -> Void) {
    for row in rows {
      var sum = 0.0
      let start = (row - rows.lowerBound) * (columns.count + 1)
      for column in columns {
        sum += sums[start + column - columns.lowerBound]
        let covered = min(1, abs(sum))
        if covered > 1e-4 { body(column, row, covered) }
      }
    }
  }
}

/// Cuts lines into dashes.
private struct Dashes {
  private let lengths: [Double]

  init(_ lengths: [Double]) { self.lengths = lengths }

  func cut(_ points: [Point]) -> [[Point]] {
    guard !lengths.isEmpty, let first = points.first else { return [points] }
    var dashes: [[Point]] = []
    var current = [first]
    var place = 0
    var left = lengths[0]
    for (start, end) in zip(points, points.dropFirst()) {
      let length = hypot(end.x - start.x, end.y - start.y)
      var done = 0.0
      while length - done > left {
        done += left
        let share = done / length
        let point = Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
        if place % 2 == 0 { dashes.append(current + [point]) }
        current = [point]
        place += 1
        left = lengths[place % lengths.count]
      }
      left -= length - done
      current.append(end)
    }
    if place % 2 == 0 { dashes.append(current) }
    return dashes
  }
}
