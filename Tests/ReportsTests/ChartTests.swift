import Testing

@testable import Reports

@Suite struct ChartTests {
  private let plain = Style(colours: .none)

  @Test func `a straight line is drawn in the dots that it runs through`() {
    let chart = BrailleChart(curves: [Curve(name: "l1", points: [(0, 1), (9, 0)])], spans: [])
    let lines = chart.lines(width: 17, style: plain)
    #expect(lines.count == 8 + 2)
    // 10 signs of 2 × 4 dots, so from dot (0, 0) to (19, 31). The first sign has (0, 0), (1, 1) and (1, 2), which are
    // dots 1, 5 and 6 of the Unicode block, the next has (2, 3), dot 7; the last has (18, 29), (18, 30) and (19, 31):
    // dots 2, 3 and 8.
    #expect(lines[0] == "1.00 │⠱⡀")
    #expect(lines[7].hasPrefix("   0 │") && lines[7].last == "⢆")
    #expect(lines[8] == "      0        9")
    #expect(lines.dropLast().allSatisfy { $0.terminalWidth <= 17 })
  }

  @Test func `a span begins and ends between epochs, and the legend names all`() {
    let chart = BrailleChart(
      curves: [
        Curve(name: "train.l1", points: (0..<11).map { ($0, 1.0) }),
        Curve(name: "validation.l1", points: (0..<11).map { ($0, 0.0) }),
      ], spans: [CurveSpan(name: "frozen", first: 5, end: 8)])
    let lines = chart.lines(width: 27, style: plain)
    // 20 columns of two dots for epochs 0 to 10: epoch 4.5 is dot 18 of 0 … 39, column 9.
    // Epoch 7.5 is dot 29, column 14.
    #expect(lines[3] == "     │         ┆    ┆")
    #expect(lines[8] == "               ━━━━━━")
    #expect(lines[10] == "      ⣿ train.l1   ⣿ validation.l1   ━ frozen, epochs 5–7")
  }

  @Test func `values that are no numbers leave a gap, and nothing to draw draws nothing`() {
    let gap = Curve(name: "l1", points: [(0, 1), (1, .nan), (2, 0)])
    #expect(BrailleChart(curves: [gap], spans: []).lines(width: 40, style: plain).count == 10)
    let diverged = Curve(name: "l1", points: [(0, .nan), (1, .infinity)])
    #expect(BrailleChart(curves: [diverged], spans: []).lines(width: 40, style: plain).isEmpty)
  }

  @Test func `a sparkline is a block a point, with marks and gaps`() {
    let curve = Curve(name: "l1", points: [(0, 8), (1, 4), (2, .nan), (3, 0), (4, 7.9)])
    #expect(Sparkline(curve: curve, spans: [CurveSpan(name: "frozen", first: 3)]).text() == "█▅×│▁█")
    let constant = Curve(name: "l1", points: [(0, 1), (1, 1)])
    #expect(Sparkline(curve: constant, spans: []).text() == "▁▁")
  }

  @Test func `a long sparkline takes means of neighbours`() {
    let curve = Curve(name: "l1", points: (0..<600).map { ($0, $0 < 300 ? 0 : 7) })
    #expect(
      Sparkline(curve: curve, spans: []).text(width: 10) == String(repeating: "▁", count: 5)
        + String(repeating: "█", count: 5))
  }
}
