/// A figure as SVG, which scales and whose text stays text.
struct SVGCanvas: Canvas {
  let width: Double
  let height: Double
  private var elements: [String] = []

  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// The element `<svg>`; a file of its own with the line that XML begins with.
  var element: String {
    let size =
      "width=\"\(number(width))\" height=\"\(number(height))\" viewBox=\"0 0 \(number(width)) \(number(height))\""
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) font-family=\"Helvetica, Arial, sans-serif\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n" + elements.map { $0 + "\n" }.joined() + "</svg>\n"
  }

  mutating func polygon(_ points: [Point], fill: Colour, opacity: Double) {
    elements.append(
      "<polygon points=\"\(list(points))\" fill=\"\(fill.hexadecimal)\" fill-opacity=\"\(number(opacity))\"/>")
  }

  mutating func line(_ points: [Point], _ stroke: Stroke) {
    let dashes =
      stroke.dashes.isEmpty ? "" : " stroke-dasharray=\"\(stroke.dashes.map(number).joined(separator: " "))\""
    elements.append(
      "<polyline points=\"\(list(points))\" fill=\"none\" stroke=\"\(stroke.colour.hexadecimal)\" "
        + "stroke-width=\"\(number(stroke.width))\" stroke-linejoin=\"round\"\(dashes)/>")
  }

  mutating func text(_ text: String, at point: Point, _ style: TextStyle) {
    let anchor = style.anchor == .start ? "" : " text-anchor=\"\(style.anchor)\""
    let weight = style.isBold ? " font-weight=\"bold\"" : ""
    let turn = style.isVertical ? " transform=\"rotate(-90 \(number(point.x)) \(number(point.y)))\"" : ""
    elements.append(
      "<text x=\"\(number(point.x))\" y=\"\(number(point.y))\" font-size=\"\(number(style.size))\" "
        + "fill=\"\(style.colour.hexadecimal)\"\(anchor)\(weight)\(turn)>\(text.htmlEscaped)</text>")
  }

  private func list(_ points: [Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  private func number(_ value: Double) -> String { ((value * 100).rounded() / 100).readable }
}

extension Colour {
  var hexadecimal: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
