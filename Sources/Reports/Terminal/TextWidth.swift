extension String {
  /// How many columns a terminal takes for this text: two for East Asian wide characters and emoji, none for marks
  /// that combine.
  ///
  /// Source: Unicode Standard Annex 11, its wide ranges in the blocks that text is written in.
  public var terminalWidth: Int {
    utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.terminalWidth }
  }

  /// The text in at most `width` columns, with `…` where its end was left out.
  func elided(to width: Int) -> String {
    if terminalWidth <= width { return self }
    if width <= 0 { return "" }
    var kept = ""
    var used = 0
    for character in self {
      used += character.terminalWidth
      if used > width - 1 { break }
      kept.append(character)
    }
    return kept + "…"
  }
}

extension Character {
  var terminalWidth: Int {
    var widest = 0
    for scalar in unicodeScalars {
      // The selector that asks for a pictogram makes a narrow symbol a wide one.
      if scalar.value == 0xFE0F { return 2 }
      widest = max(widest, scalar.terminalWidth)
    }
    return widest
  }
}

extension Unicode.Scalar {
  fileprivate var terminalWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    return wideRanges.contains { $0.contains(value) } || properties.isEmojiPresentation ? 2 : 1
  }
}

private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
  0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
  0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
]
