/// A curve in one line of plain text, for where there are no colours to tell curves apart.
struct Sparkline {
  let curve: Curve
  let spans: [CurveSpan]

  /// One block a point, or a mean of neighbours where there are more than `width`; `│` where a span begins or ends, `×`
  /// where no value is finite.
  func text(width: Int = 60) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let count = min(width, curve.points.count)
    let finite = curve.finite.map(\.value)
    let low = finite.min() ?? 0
    let span = max((finite.max() ?? 0) - low, .leastNormalMagnitude)
    var text = ""
    var open = spans.flatMap { [$0.first] + ($0.end.map { [$0] } ?? []) }.sorted()
    for bucket in 0..<count {
      let slice = curve.points[bucket * curve.points.count / count..<(bucket + 1) * curve.points.count / count]
      if let mark = open.first, let end = slice.last?.epoch, mark <= end {
        text += "│"
        open.removeAll { $0 <= end }
      }
      let values = slice.map(\.value).filter(\.isFinite)
      if values.isEmpty {
        text += "×"
      } else {
        let mean = values.reduce(0, +) / Double(values.count)
        text.append(blocks[min(7, Int((mean - low) / span * 8))])
      }
    }
    return text
  }
}
