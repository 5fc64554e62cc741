import Datasets
import Experiments
import Testing

@testable import Reports
@testable import RunStore

@Suite struct PlotTests {
  @Test func `a pixel is covered by as much as a polygon covers of it, whichever way it goes round`() {
    // From 1.25 to 2.5 along x and 1 to 2.75 along y, black on white.
    let corners = [Point(1.25, 1), Point(2.5, 1), Point(2.5, 2.75), Point(1.25, 2.75)]
    for points in [corners, corners.reversed()] {
      var canvas = RasterCanvas(width: 4, height: 4, scale: 1)
      canvas.polygon(points, fill: Colour(0), opacity: 1)
      let levels = (0..<16).map { Double(canvas.picture.pixels[$0 * 3]) }
      func level(_ covered: Double) -> Double { (255 * (1 - covered)).rounded() }
      let wanted = [
        0, 0, 0, 0, 0, 0.75, 0.5, 0, 0, 0.75 * 0.75, 0.5 * 0.75, 0, 0, 0, 0, 0,
      ].map(level)
      #expect(levels == wanted)
    }
  }

  @Test func `a bent line covers its bend once`() {
    var canvas = RasterCanvas(width: 12, height: 12, scale: 1)
    canvas.line([Point(1, 6), Point(6, 6), Point(6, 1)], Stroke(colour: Colour(0), width: 4))
    let picture = canvas.picture
    #expect(picture.pixels[(6 * 12 + 6) * 3] == 0 && picture.pixels[(5 * 12 + 5) * 3] == 0)
    #expect(picture.pixels[(10 * 12 + 10) * 3] == 255)
  }

  @Test func `ticks are round, within the range, and without a negative nothing`() {
    let scale = Scale([-0.001, 0.42], from: 0, to: 100)
    #expect(scale.ticks(5).map(\.label) == ["0.0", "0.1", "0.2", "0.3", "0.4"])
    let steps = Scale([5, 1000], from: 0, to: 100, mayBeLogarithmic: true, padding: 0)
    #expect(steps.isLogarithmic)
    #expect(steps.ticks(5).map(\.label) == ["5", "10", "20", "50", "100", "200", "500", "1000"])
    #expect(abs(steps(5)) < 1e-9 && abs(steps(1000) - 100) < 1e-9)
  }

  @Test func `every sign has strokes of its own or a stand-in, and as much room as it is wide`() {
    let font = StrokeFont(size: 21 / 0.72)
    #expect(font.paths(of: " ").isEmpty)
    for code in 33..<127 {
      let text = String(UnicodeScalar(UInt8(code)))
      let points = font.paths(of: text).joined()
      #expect(!points.isEmpty, "\(text)")
      #expect(points.allSatisfy { $0.x >= 0 && $0.x <= font.width(of: text) }, "\(text)")
    }
    // Capitals stand on the base line.
    #expect(font.paths(of: "H").joined().map(\.y).max() == 0)
    #expect(font.paths(of: "H").joined().map(\.y).min() == -21)
  }

  @Test func `text is escaped in SVG`() {
    var canvas = SVGCanvas(width: 10, height: 10)
    canvas.text("a<b & \"c\"", at: Point(0, 0), TextStyle())
    #expect(canvas.element.contains(">a&lt;b &amp; &quot;c&quot;</text>"))
  }

  @Test func `curves are means over seeds, each training counted once`() throws {
    let runs = [("a", 1, "t1"), ("b", 1, "t1"), ("c", 2, "t2")].map { id, seed, stage in
      ComparedRun(id: id, seed: seed, parameters: [:], metrics: ["l1": .init(0, stage: stage)])
    }
    let values = ["a": [1.0, 3], "b": [9, 9], "c": [3, 7, 8]]
    let curves = try SeedCurves(of: "l1", in: runs) { id, _ in
      (values[id] ?? []).enumerated().map { MetricPoint(step: $0, value: $1, time: .now) }
    }
    // The third epoch has one seed of two.
    #expect(curves.points.map(\.x) == [0, 1])
    #expect(curves.points.map(\.mean) == [2, 5])
    let band = try #require(curves.points[0].band)
    // t(0.975, 1) · sd/√2 with sd = √2
    #expect(abs(band.upperBound - 2 - 12.706204736) < 1e-6)
  }
}
