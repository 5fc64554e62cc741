import Experiments

/// Cuts a filter's text into tokens.
struct FilterLexer {
  private let source: FilterSource
  private let characters: [Character]
  private var position = 0

  init(_ source: FilterSource) {
    self.source = source
    characters = Array(source.text)
  }

  /// Ends with an `end` token. Throws `InputError` at a character that begins nothing, and at quotes that don't end.
  mutating func tokens() throws -> [FilterToken] {
    var tokens: [FilterToken] = []
    while true {
      while let next = peek, next.isWhitespace { position += 1 }
      let start = position
      let kind = try kind()
      tokens.append(FilterToken(kind: kind, text: String(characters[start..<position]), column: start + 1))
      if kind == .end { return tokens }
    }
  }

  private mutating func kind() throws -> FilterToken.Kind {
    guard let first = peek else { return .end }
    if let symbol = ["<=", ">=", "!=", "<>", "==", "<", ">", "=", "(", ")", ","].first(where: starts) {
      position += symbol.count
      return .symbol(["<>": "!=", "==": "="][symbol] ?? symbol)
    }
    if first == "'" { return .string(try quoted(), isDouble: false) }
    if first == "\"" {
      let text = try quoted()
      return peek == "." ? try word(from: [text]) : .string(text, isDouble: true)
    }
    if first == "`" || first == "." || isWordPart(first) { return try word(from: []) }
    throw source.failure("unexpected '\(first)'", at: position + 1)
  }

  /// Dotted parts, or a number, which looks like some.
  private mutating func word(from first: [String]) throws -> FilterToken.Kind {
    var parts = first
    var isQuoted = !first.isEmpty
    let start = position
    if isQuoted { position += 1 }
    repeat {
      if peek == "`" || peek == "\"" {
        isQuoted = true
        parts.append(try quoted())
      } else {
        parts.append(bare())
      }
    } while take(".")
    let text = String(characters[start..<position])
    if !isQuoted, text.first?.isLetter == false, let number = Double(text), !number.isNaN { return .number(number) }
    guard !parts.contains("") else { throw source.failure("a name with an empty part", at: start + 1) }
    return .word(parts: parts, isQuoted: isQuoted)
  }

  private mutating func bare() -> String {
    let start = position
    while let next = peek, isWordPart(next) { position += 1 }
    return String(characters[start..<position])
  }

  /// Text up to the same quote; the quote twice stands for itself.
  private mutating func quoted() throws -> String {
    let start = position
    let quote = characters[position]
    var text = ""
    position += 1
    while let next = peek {
      position += 1
      guard next == quote else {
        text.append(next)
        continue
      }
      guard peek == quote else { return text }
      text.append(quote)
      position += 1
    }
    throw source.failure("quotes that don't end", at: start + 1)
  }

  private func isWordPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_-+/:".contains(character)
  }

  private var peek: Character? { position < characters.count ? characters[position] : nil }

  private func starts(_ symbol: String) -> Bool { characters[position...].starts(with: symbol) }

  private mutating func take(_ character: Character) -> Bool {
    guard peek == character else { return false }
    position += 1
    return true
  }
}
