import Datasets
import Experiments
import RunStore

/// A comparison as panels under each other, a metric each, with one legend.
public struct Figure {
  private let panels: [Panel]
  private let names: [String]
  private var width: Double { 780 }

  /// A group's curves by epoch with their bands over seeds, or with `setting` what the metrics came to against it.
  ///
  /// Throws `InputError` where no metric has a curve, or `setting` is none of the groups' and no number.
  public init(of comparison: Comparison, against setting: String? = nil, records: ComparisonRecords) throws {
    if let setting {
      (panels, names) = try Self.panels(of: comparison, against: setting)
    } else {
      guard let curves = try Figure(curvesOf: comparison, records: records) else {
        throw InputError(
          "no curve to draw: \(comparison.metrics.joined(separator: ", ")) has one point a run; --plot-x draws it "
            + "against a setting")
      }
      self = curves
    }
  }

  /// Nil where no metric has a curve.
  init?(curvesOf comparison: Comparison, records: ComparisonRecords) throws {
    names = comparison.groups.map { comparison.name(of: $0) }
    panels = try Self.curves(of: comparison, records)
    if panels.isEmpty { return nil }
  }

  public var svg: String {
    var canvas = SVGCanvas(width: width, height: height)
    draw(on: &canvas)
    return canvas.element
  }

  public var png: [UInt8] {
    var canvas = RasterCanvas(width: width, height: height)
    draw(on: &canvas)
    return canvas.picture.png()
  }

  // MARK: what is drawn

  private static func curves(of comparison: Comparison, _ records: ComparisonRecords) throws -> [Panel] {
    let spans = try warmups(of: comparison, records)
    return try comparison.metrics.compactMap { key in
      let means = comparison.groups.map { SeedMeans(of: key, in: $0.members) }
      let series = try comparison.groups.enumerated().compactMap { index, group -> Panel.Series? in
        let points = try SeedCurves(of: key, in: group.members, history: records.history).points
        let isRepeated = means[..<index].contains { $0.isSameMeasurement(as: means[index]) }
        return points.count > 1 ? Panel.Series(index: index, isRepeated: isRepeated, points: points) : nil
      }
      if series.isEmpty { return nil }
      return Panel(title: key, xTitle: "epoch", series: series, spans: spans, hasErrorBars: false)
    }
  }

  /// From the first epoch to the one in which a warm-up's network was frozen, of every group that has one.
  private static func warmups(
    of comparison: Comparison, _ records: ComparisonRecords
  ) throws -> [ClosedRange<Double>] {
    var ends: Set<Int> = []
    for group in comparison.groups {
      guard let run = group.members.first else { continue }
      let frozen = try records.events(run.id).first { $0.type == "warmup.frozen" }
      if let frozen, frozen.epoch > 0 { ends.insert(frozen.epoch) }
    }
    // An epoch's value is that at its end, so what begins with it lies between two values.
    return ends.sorted().map { 0...(Double($0) - 0.5) }
  }

  private static func panels(of comparison: Comparison, against setting: String) throws -> ([Panel], [String]) {
    let key = try KeyNames(comparison.keys, noun: "setting of the groups").key(setting)
    guard let column = comparison.keys.firstIndex(of: key),
      comparison.groups.allSatisfy({ $0.values[column].number != nil })
    else { throw InputError("--plot-x: \(key) is not a number in every group") }
    let others = comparison.keys.indices.filter { $0 != column }
    var names: [String] = []
    let places = comparison.groups.map { group -> Int in
      let name = others.map { "\(comparison.titles[$0])=\(group.values[$0].readable)" }.joined(separator: ", ")
      if !names.contains(name) { names.append(name) }
      return names.firstIndex(of: name) ?? 0
    }
    let panels = comparison.metrics.map { metric in
      let series = names.indices.map { index in
        let groups = zip(places, comparison.groups).filter { $0.0 == index }.map(\.1)
        let points = groups.compactMap { group in
          group.estimates[metric].map {
            (x: group.values[column].number ?? .nan, mean: $0.mean, band: $0.interval)
          }
        }
        return Panel.Series(index: index, points: points.sorted { $0.x < $1.x })
      }
      return Panel(
        title: metric, xTitle: comparison.titles[column], series: series.filter { !$0.points.isEmpty },
        hasErrorBars: true)
    }
    return (panels.filter { !$0.series.isEmpty }, names == [""] ? [] : names)
  }

  // MARK: drawing

  private var legendColumns: Int {
    let longest = names.map { StrokeFont(size: 12).width(of: $0) }.max() ?? 0
    return max(1, min(4, Int((width - 94) / (longest + 50))))
  }

  private var legendRows: Int { (names.count + legendColumns - 1) / legendColumns }

  private var hasSpans: Bool { panels.contains { !$0.spans.isEmpty } }

  private var height: Double {
    Double(panels.count) * Panel.height + Double(legendRows) * 20 + 40
  }

  private func draw(on canvas: inout some Canvas) {
    for (index, panel) in panels.enumerated() {
      panel.draw(on: &canvas, top: Double(index) * Panel.height, width: width)
    }
    var y = Double(panels.count) * Panel.height + 10
    for (index, name) in names.enumerated() {
      let x = 74 + Double(index % legendColumns) * (width - 94) / Double(legendColumns)
      let row = y + Double(index / legendColumns) * 20
      canvas.line([Point(x, row), Point(x + 26, row)], .series(index, width: 2.2))
      canvas.text(name, at: Point(x + 34, row + 4), TextStyle())
    }
    y += Double(legendRows) * 20
    let isBand = panels.contains { !$0.hasErrorBars }
    let note =
      (isBand ? "Bands" : "Bars") + ": 95 % interval of the mean over seeds." + (hasSpans ? " Shaded: warm-up." : "")
    canvas.text(note, at: Point(74, y + 6), TextStyle(size: 11, colour: .faint))
  }
}
