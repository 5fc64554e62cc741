/// One metric, drawn over an axis: a series a group.
struct Panel {
  struct Series {
    /// Its place among the figure's names, which decides its colour.
    let index: Int
    /// It has the same measurements as one before it, over which it is drawn in dashes so that both are seen.
    var isRepeated = false
    /// By x; the band is the 95 % interval of the mean over seeds, where there are several.
    let points: [(x: Double, mean: Double, band: ClosedRange<Double>?)]
  }

  let title: String
  let xTitle: String
  let series: [Series]
  /// Stretches of x that are shaded: warm-ups.
  var spans: [ClosedRange<Double>] = []
  /// Single points with error bars, joined by a line, and not a curve with a band.
  let hasErrorBars: Bool

  static let height = 300.0

  func draw(on canvas: inout some Canvas, top: Double, width: Double) {
    let (left, right) = (74.0, width - 20)
    let (upper, lower) = (top + 34, top + Panel.height - 48)
    let points = series.flatMap(\.points)
    let x = Scale(
      points.map(\.x), from: left, to: right, mayBeLogarithmic: hasErrorBars, padding: hasErrorBars ? 0.05 : 0)
    let bands = points.flatMap { [$0.mean, $0.band?.lowerBound ?? $0.mean, $0.band?.upperBound ?? $0.mean] }
    let y = Scale(visible(bands, means: points.map(\.mean)), from: lower, to: upper)
    for span in spans {
      let ends = [span.lowerBound, span.upperBound].map { min(max(x($0), left), right) }
      canvas.polygon(
        [Point(ends[0], upper), Point(ends[1], upper), Point(ends[1], lower), Point(ends[0], lower)],
        fill: Colour(0x8A8A94), opacity: 0.16)
    }
    let label = TextStyle(size: 11, colour: .faint)
    for tick in y.ticks(6) {
      let at = y(tick.value)
      canvas.line([Point(left, at), Point(right, at)], Stroke(colour: .rule))
      canvas.text(tick.label, at: Point(left - 8, at + 4), label.anchored(.end))
    }
    for tick in xTicks(x) {
      let at = x(tick.value)
      canvas.line([Point(at, lower), Point(at, lower + 5)], Stroke(colour: .faint))
      canvas.text(tick.label, at: Point(at, lower + 18), label.anchored(.middle))
    }
    canvas.line([Point(left, lower), Point(right, lower)], Stroke(colour: .faint))
    canvas.text(title, at: Point(left, top + 20), TextStyle(size: 13, isBold: true))
    canvas.text(xTitle, at: Point((left + right) / 2, lower + 36), label.anchored(.middle))
    let clip = { (value: Double) in min(max(y(value), upper), lower) }
    for one in series { draw(one, on: &canvas, x, clip) }
  }

  /// A band far wider than the means themselves is cut off at the panel's edge: it must not flatten the curves.
  private func visible(_ bands: [Double], means: [Double]) -> [Double] {
    let finite = means.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), high > low else { return bands }
    let room = 2 * (high - low)
    return bands.map { min(max($0, low - room), high + room) }
  }

  /// Of a setting, the values themselves where there are few.
  private func xTicks(_ x: Scale) -> [(value: Double, label: String)] {
    let values = Set(series.flatMap { $0.points.map(\.x) }).sorted()
    guard hasErrorBars, values.count <= 10 else {
      return x.ticks(8).filter { $0.value == $0.value.rounded() || hasErrorBars }
    }
    var last = -Double.infinity
    return values.compactMap { value in
      guard x(value) - last > 26 else { return nil }
      last = x(value)
      return (value, value.readable)
    }
  }

  private func draw(
    _ series: Series, on canvas: inout some Canvas, _ x: Scale, _ y: (Double) -> Double
  ) {
    let colour = Colour.palette[series.index % Colour.palette.count]
    // Where there is no number, the curve is interrupted.
    let runs = series.points.split { !$0.mean.isFinite }.map(Array.init)
    for run in runs {
      let banded = run.filter { $0.band != nil }
      if !hasErrorBars, !series.isRepeated, banded.count > 1 {
        let upper = banded.map { Point(x($0.x), y($0.band?.upperBound ?? $0.mean)) }
        let lower = banded.map { Point(x($0.x), y($0.band?.lowerBound ?? $0.mean)) }
        canvas.polygon(upper + lower.reversed(), fill: colour, opacity: 0.16)
      }
      if run.count > 1 {
        var stroke = Stroke.series(series.index, width: 1.8)
        if series.isRepeated { stroke.dashes = [8, 8] }
        canvas.line(run.map { Point(x($0.x), y($0.mean)) }, stroke)
      }
      for point in run where hasErrorBars || run.count == 1 {
        let at = Point(x(point.x), y(point.mean))
        canvas.polygon(
          [Point(at.x - 3.5, at.y), Point(at.x, at.y - 3.5), Point(at.x + 3.5, at.y), Point(at.x, at.y + 3.5)],
          fill: colour, opacity: 1)
        guard let band = point.band else { continue }
        let (low, high) = (y(band.lowerBound), y(band.upperBound))
        canvas.line([Point(at.x, low), Point(at.x, high)], Stroke(colour: colour, width: 1.2))
        for end in [low, high] {
          canvas.line([Point(at.x - 4, end), Point(at.x + 4, end)], Stroke(colour: colour, width: 1.2))
        }
      }
    }
  }
}

extension TextStyle {
  func anchored(_ anchor: Anchor) -> TextStyle {
    var style = self
    style.anchor = anchor
    return style
  }
}
