extension Value {
  /// Reads one JSON value (RFC 8259). A number without point and exponent that fits is an `int`, any other a `double`.
  ///
  /// Throws `InputError` with line and column where the text is no JSON.
  public init(json: String) throws {
    var reader = JSONReader(json)
    self = try reader.document()
  }
}

/// Reads JSON and keeps what Foundation's reader loses: the order of keys, and 1 apart from 1.0.
struct JSONReader {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  mutating func document() throws -> Value {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw failure("text after the end of the JSON value") }
    return value
  }

  private mutating func value() throws -> Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 512 else { throw failure("JSON nested deeper than 512 levels") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try map()
    case UInt8(ascii: "["): return try list()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func map() throws -> Value {
    var entries: [Value.Entry] = []
    position += 1
    skipSpace()
    if take("}") { return .map([]) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw failure("expected ':'") }
      entries.append(Value.Entry(key, try value()))
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure("expected ',' or '}'") }
    return .map(entries)
  }

  private mutating func list() throws -> Value {
    var values: [Value] = []
    position += 1
    skipSpace()
    if take("]") { return .list([]) }
    repeat {
      values.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure("expected ',' or ']'") }
    return .list(values)
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw failure("text that is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw failure("a control character in a string")
      default: text.append(byte)
      }
    }
    throw failure("a string that does not end")
  }

  private mutating func escape() throws -> Character {
    guard let byte = peek else { throw failure("a string that does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if (0xD800..<0xDC00).contains(unit), take("\\"), take("u") {
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw failure("half a surrogate pair") }
      return Character(scalar)
    default: throw failure("an unknown escape in a string")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    let end = position + 4
    guard end <= bytes.count, let text = String(validating: bytes[position..<end], as: UTF8.self),
      text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }), let unit = UInt32(text, radix: 16)
    else { throw failure("expected four hexadecimal digits") }
    position = end
    return unit
  }

  private mutating func number() throws -> Value {
    let start = position
    _ = take("-")
    let leadingZero = peek == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, whole == 1 || !leadingZero else { throw failure("expected a JSON value") }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard digits() > 0 else { throw failure("expected a digit") }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { throw failure("expected a digit") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .int(value) }
    guard let value = Double(text), value.isFinite else { throw failure("a number too large") }
    return .double(value)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  private mutating func literal(_ text: String, _ value: Value) throws -> Value {
    guard bytes[position...].starts(with: text.utf8) else { throw failure("expected a JSON value") }
    position += text.utf8.count
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private func failure(_ message: String) -> InputError {
    let before = bytes[..<position]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return InputError(
      message, line: before.count { $0 == 0x0A } + 1, column: position - lineStart + 1)
  }
}
