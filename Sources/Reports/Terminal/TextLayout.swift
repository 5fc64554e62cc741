extension String {
  func padded(to width: Int, _ alignment: Table.Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - terminalWidth))
    return alignment == .left ? self + space : space + self
  }

  /// The pieces at whose ends a title may be broken: after every dot and space.
  private var pieces: [String] {
    var pieces = [""]
    for character in self {
      pieces[pieces.count - 1].append(character)
      if character == "." || character == " " { pieces.append("") }
    }
    return pieces.filter { !$0.isEmpty }
  }

  var longestPiece: Int { pieces.map { $0.trimmedEnd.terminalWidth }.max() ?? 0 }

  /// A title in lines of at most `width` columns, as few as its pieces allow.
  func broken(to width: Int) -> [String] {
    var lines = [""]
    for piece in pieces {
      let line = lines[lines.count - 1]
      if line.isEmpty || (line + piece.trimmedEnd).terminalWidth <= width {
        lines[lines.count - 1] = line + piece
      } else {
        lines.append(piece)
      }
    }
    return lines.map(\.trimmedEnd)
  }

  /// A sentence in lines of at most `width` columns, broken at spaces; one line where there is no width.
  func wrapped(to width: Int?) -> [String] {
    guard let width else { return [self] }
    var lines = [""]
    for word in split(separator: " ").map({ String($0).elided(to: width) }) {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = word
      } else if line.terminalWidth + 1 + word.terminalWidth <= width {
        lines[lines.count - 1] = "\(line) \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
