extension Table {
  /// The table for a person at `terminal`: it fits the width there, and is as wide as it is where there is none.
  ///
  /// What is too wide first breaks its titles after their dots, then cuts its texts short; columns that still have no
  /// room are left out from the right, and named in a note. Without a row the notes stand alone.
  public func text(for terminal: Terminal) -> String {
    guard !rows.isEmpty || notes.isEmpty else { return lines(of: notes, for: terminal) }
    var shown = columns.count
    var widths = naturalWidths
    if let limit = terminal.width {
      while true {
        if let fitted = fittedWidths(of: shown, into: limit) {
          widths = fitted
          break
        }
        shown -= 1
      }
    }
    let style = Style(colours: terminal.colours)
    let visible = Array(columns[..<shown])
    let titles = zip(visible, widths).map { $0.title.broken(to: $1) }
    let titleLines = titles.map(\.count).max() ?? 0
    var lines = (0..<titleLines).map { line in
      // A short title stands on the last line, by its cells.
      let cells = titles.map { $0.count + line >= titleLines ? $0[$0.count + line - titleLines] : "" }
      return self.line(cells, widths) { style.bold($1) }
    }
    lines.append(style.dim(widths[..<shown].map { String(repeating: "─", count: $0) }.joined(separator: "  ")))
    for row in rows {
      lines.append(line(row[..<shown].map(\.text), widths) { style.emphasised($1, row[$0].emphasis) })
    }
    var notes = notes
    if shown < columns.count {
      let missing = columns[shown...].map(\.title).joined(separator: ", ")
      notes.append("No room for: \(missing).")
    }
    if !notes.isEmpty { lines.append("") }
    return lines.map { $0 + "\n" }.joined() + self.lines(of: notes, for: terminal)
  }

  private func lines(of notes: [String], for terminal: Terminal) -> String {
    let style = Style(colours: terminal.colours)
    return notes.flatMap { $0.wrapped(to: terminal.width) }.map { style.dim($0) + "\n" }.joined()
  }

  private static let gap = 2

  private var naturalWidths: [Int] {
    columns.indices.map { column in
      rows.map { $0[column].text.terminalWidth }.reduce(columns[column].title.terminalWidth, max)
    }
  }

  /// Widths of the first `count` columns that together take at most `limit`; nil where they cannot, other than for a
  /// single column.
  private func fittedWidths(of count: Int, into limit: Int) -> [Int]? {
    var widths = Array(naturalWidths[..<count])
    let room = limit - Table.gap * (count - 1)
    let cells = (0..<count).map { column in rows.map { $0[column].text.terminalWidth }.reduce(0, max) }
    let broken = (0..<count).map { max(cells[$0], columns[$0].title.longestPiece) }
    narrow(&widths, to: broken, room: room)
    let shortest = (0..<count).map { column in
      min(broken[column], columns[column].narrowest ?? broken[column])
    }
    narrow(&widths, to: shortest, room: room)
    return widths.reduce(0, +) <= room || count == 1 ? widths : nil
  }

  /// Takes columns off the widest that is still above its `floor`, until all fit into `room` or none is left.
  private func narrow(_ widths: inout [Int], to floor: [Int], room: Int) {
    var excess = widths.reduce(0, +) - room
    while excess > 0 {
      let candidates = widths.indices.filter { widths[$0] > floor[$0] }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
      excess -= 1
    }
  }

  private func line(_ cells: [String], _ widths: [Int], styled: (Int, String) -> String) -> String {
    var line = ""
    var pending = 0
    for (column, cell) in cells.enumerated() {
      let text = cell.elided(to: widths[column])
      let free = widths[column] - text.terminalWidth
      let right = columns[column].alignment == .right
      // Spaces are written only before something, so that no line ends in them.
      pending += right ? free : 0
      if !text.isEmpty {
        line += String(repeating: " ", count: pending) + styled(column, text)
        pending = 0
      }
      pending += (right ? 0 : free) + Table.gap
    }
    return line
  }
}

extension Style {
  func emphasised(_ text: String, _ emphasis: Table.Emphasis) -> String {
    switch emphasis {
    case .none: text
    case .strong: bold(text)
    case .good: colour(text, 2)
    case .bad: colour(text, 1)
    case .faint: dim(text)
    }
  }
}
