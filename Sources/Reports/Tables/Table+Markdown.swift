extension Table {
  /// A table of GitHub Flavored Markdown, its columns padded so that the source reads well too, and the notes below.
  public var markdown: String {
    let header = columns.map { escaped($0.title) }
    let body = rows.map { $0.map { $0.emphasis == .strong ? "**\(escaped($0.text))**" : escaped($0.text) } }
    let widths = columns.indices.map { column in
      ([header] + body).map { $0[column].terminalWidth }.reduce(3, max)
    }
    let rule = columns.indices.map { column in
      let dashes = String(repeating: "-", count: widths[column] - 1)
      return columns[column].alignment == .right ? dashes + ":" : dashes + "-"
    }
    let lines = ([header, rule] + body).map { cells in
      let padded = cells.enumerated().map { column, cell in
        cell.padded(to: widths[column], columns[column].alignment)
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    return lines.joined() + notes.map { "\n\(escaped($0))\n" }.joined()
  }

  private func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("*", with: "\\*")
      .replacing("<", with: "\\<").replacing("\n", with: " ")
  }
}
