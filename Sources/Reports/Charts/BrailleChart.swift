import Foundation

/// Curves over common axes in braille dots, two columns and four rows of dots a sign.
struct BrailleChart {
  let curves: [Curve]
  let spans: [CurveSpan]
  /// Lines of the drawing itself.
  let height = 8

  /// Colours of the curves, in their order, out of xterm's palette: blue and orange differ for most eyes.
  private static let palette = [208, 39, 76, 170]

  /// The drawing with its axes and a legend, at most `width` columns wide.
  func lines(width: Int, style: Style) -> [String] {
    let drawn = curves.filter { !$0.finite.isEmpty }
    let values = drawn.flatMap(\.finite)
    guard let low = values.map(\.value).min(), let high = values.map(\.value).max(),
      let first = values.map(\.epoch).min(), let last = values.map(\.epoch).max(), last > first
    else { return [] }
    let labels = [high.rounded(significant: 3), low.rounded(significant: 3)]
    let margin = labels.map(\.count).max() ?? 0
    let columns = max(10, min(width - margin - 3, 72))
    var canvas = DotCanvas(columns: columns, lines: height)
    let epochs = Double(last - first)
    let span = high > low ? high - low : 1
    func x(_ epoch: Double) -> Int { Int(((epoch - Double(first)) / epochs * Double(columns * 2 - 1)).rounded()) }
    func y(_ value: Double) -> Int { Int(((high - value) / span * Double(height * 4 - 1)).rounded()) }
    for (index, curve) in drawn.enumerated() {
      let points = curve.finite.map { (x(Double($0.epoch)), y($0.value)) }
      for (start, end) in zip(points, points.dropFirst()) { canvas.line(from: start, to: end, owner: index) }
    }
    // An epoch's value is that at its end, so what begins with it lies between two values.
    func column(_ epoch: Int) -> Int { x(min(max(Double(first), Double(epoch) - 0.5), Double(last))) / 2 }
    let rules = spans.flatMap { [column($0.first)] + ($0.end.map { [column($0)] } ?? []) }
    var lines = (0..<height).map { line in
      let label = line == 0 ? labels[0] : line == height - 1 ? labels[1] : ""
      let body = canvas.text(line: line, rules: Set(rules)) { text, owner in
        owner.map { style.colour(text, BrailleChart.colour($0)) } ?? style.dim(text)
      }
      return style.dim(label.padded(to: margin, .right) + " │") + body
    }
    if !spans.isEmpty {
      var bar = Array(repeating: " ", count: columns)
      for span in spans {
        for place in column(span.first)...max(column(span.first), span.end.map(column) ?? columns - 1) {
          bar[place] = "━"
        }
      }
      let end = (bar.lastIndex(of: "━") ?? 0) + 1
      lines.append(String(repeating: " ", count: margin + 2) + style.dim(bar[..<end].joined()))
    }
    let right = String(last)
    let axis = String(first).padded(to: columns - right.count, .left) + right
    lines.append(String(repeating: " ", count: margin + 2) + style.dim(axis))
    lines.append(String(repeating: " ", count: margin + 2) + legend(drawn, style))
    return lines
  }

  private static func colour(_ index: Int) -> Int { palette[index % palette.count] }

  private func legend(_ drawn: [Curve], _ style: Style) -> String {
    let entries = drawn.enumerated().map { style.colour("⣿ \($1.name)", BrailleChart.colour($0)) }
    return (entries + spans.map { style.dim("━ \($0.text)") }).joined(separator: "   ")
  }
}

/// Dots that remember which curve set them last.
private struct DotCanvas {
  let columns: Int
  private var dots: [UInt8]
  private var owners: [Int?]

  init(columns: Int, lines: Int) {
    self.columns = columns
    dots = Array(repeating: 0, count: columns * lines)
    owners = Array(repeating: nil, count: columns * lines)
  }

  mutating func line(from start: (Int, Int), to end: (Int, Int), owner: Int) {
    let steps = max(abs(end.0 - start.0), abs(end.1 - start.1), 1)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      set(
        x: start.0 + Int((Double(end.0 - start.0) * share).rounded()),
        y: start.1 + Int((Double(end.1 - start.1) * share).rounded()), owner: owner)
    }
  }

  /// Source of the bits: the Unicode Standard, block Braille Patterns.
  private mutating func set(x: Int, y: Int, owner: Int) {
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    let cell = y / 4 * columns + x / 2
    dots[cell] |= bits[y % 4][x % 2]
    owners[cell] = owner
  }

  /// One line; an empty cell in the column of a rule shows it.
  func text(line: Int, rules: Set<Int>, styled: (String, Int?) -> String) -> String {
    var text = ""
    for column in 0..<columns {
      let cell = line * columns + column
      if dots[cell] != 0, let braille = Unicode.Scalar(0x2800 + UInt32(dots[cell])) {
        text += styled(String(braille), owners[cell])
      } else {
        text += rules.contains(column) ? styled("┆", nil) : " "
      }
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
