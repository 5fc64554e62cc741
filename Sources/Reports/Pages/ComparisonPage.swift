import Datasets
import Experiments
import Foundation
import RunStore

/// A comparison as one HTML file that needs no other: tables, curves, and sample grids side by side.
public struct ComparisonPage {
  private let comparison: Comparison
  private let title: String
  private let question: String?
  private let figure: Figure?
  private let grids: [(name: String, cells: [GridCell])]

  /// Rows of cells that are shown; more make a file that nobody scrolls through.
  private static let mostCells = 60
  private static let mostGroups = 24

  public init(_ comparison: Comparison, title: String, question: String?, records: ComparisonRecords) throws {
    self.comparison = comparison
    self.title = title
    self.question = question
    figure = try Figure(curvesOf: comparison, records: records)
    // The first seed that all groups have, so that cells of equal noise stand beside each other.
    let seeds = comparison.groups.map { Set($0.members.map(\.seed)) }
    let common = seeds.reduce(seeds.first ?? []) { $0.intersection($1) }.min()
    grids = try comparison.groups.prefix(Self.mostGroups).compactMap { group in
      let seed = common ?? group.members.map(\.seed).min()
      guard let run = group.members.first(where: { $0.seed == seed }), let grid = try records.grid(run.id) else {
        return nil
      }
      return (comparison.name(of: group), grid.cells.sorted { $0.index < $1.index })
    }
  }

  public var html: String {
    var body = "<h1>\(title.htmlEscaped)</h1>\n" + (question.map { "<p>\($0.htmlEscaped)</p>\n" } ?? "")
    let report = comparison.report
    body += "<div class=\"scroll\">\(report.table.htmlFragment)</div>\n"
    if let effects = report.below.first {
      body += "<h2>Main effects and interactions</h2>\n<div class=\"scroll\">\(effects.htmlFragment)</div>\n"
    }
    if let figure { body += "<h2>Curves</h2>\n\(figure.svg)" }
    if !grids.isEmpty { body += "<h2>Samples</h2>\n\(samples)" }
    return HTMLPage(title: title, body: body).text
  }

  /// A row a cell of the grids, a column a group: along a row all start from the same noise.
  private var samples: String {
    let cells = Set(grids.flatMap { $0.cells.map(Place.init) }).sorted()
    let byPlace = grids.map { Dictionary($0.cells.map { (Place($0), $0) }) { first, _ in first } }
    let header =
      "<tr><th></th>" + grids.map { "<th>\($0.name.htmlEscaped.replacing(", ", with: ",<br>"))</th>" }.joined()
    let rows = cells.prefix(Self.mostCells).map { place -> String in
      let pictures = byPlace.map { "<td>\($0[place].map(image) ?? "")</td>" }.joined()
      return "<tr><th>\(place.name.htmlEscaped) \(place.noiseIndex)</th>\(pictures)</tr>\n"
    }
    var more = cells.count > Self.mostCells ? " The first \(Self.mostCells) of \(cells.count) rows are shown." : ""
    let groups = comparison.groups.count
    if groups > Self.mostGroups { more += " Of \(groups) groups the first \(Self.mostGroups) are shown." }
    return "<div class=\"scroll\"><table class=\"grid\">\n<thead>\(header)</tr></thead>\n<tbody>\n\(rows.joined())"
      + "</tbody></table></div>\n<p class=\"note\">One run a group, of the same seed where all groups have one. Each row is "
      + "one class, and starts from the same noise in every column.\(more)</p>\n"
  }

  private func image(_ cell: GridCell) -> String {
    let png = Picture(width: cell.size, height: cell.size, pixels: cell.rgb).png()
    // Whole multiples keep pixels square.
    let side = cell.size * max(1, 64 / max(1, cell.size))
    return "<img alt=\"\" width=\"\(side)\" height=\"\(side)\" "
      + "src=\"data:image/png;base64,\(Data(png).base64EncodedString())\">"
  }

  private struct Place: Hashable, Comparable {
    let label: Int
    let noiseIndex: Int
    let name: String

    init(_ cell: GridCell) { (label, noiseIndex, name) = (cell.label, cell.noiseIndex, cell.labelName) }

    static func < (first: Place, second: Place) -> Bool {
      (first.label, first.noiseIndex) < (second.label, second.noiseIndex)
    }
  }
}
