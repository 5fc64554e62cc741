/// Reads typed settings out of resolved parameters.
///
/// A key that is absent was not known when the parameters were recorded, so it has the default with which it was born.
struct ParameterReader {
  let parameters: Parameters

  func integer(_ path: String) throws -> Int {
    guard case .int(let value) = value(path) else { throw mismatch(path) }
    return value
  }

  func number(_ path: String) throws -> Double {
    guard let value = value(path).number else { throw mismatch(path) }
    return value
  }

  func boolean(_ path: String) throws -> Bool {
    guard case .bool(let value) = value(path) else { throw mismatch(path) }
    return value
  }

  func text(_ path: String) throws -> String {
    guard case .string(let value) = value(path) else { throw mismatch(path) }
    return value
  }

  func choice<Choice: RawRepresentable<String>>(_ path: String) throws -> Choice {
    guard let choice = Choice(rawValue: try text(path)) else { throw mismatch(path) }
    return choice
  }

  func list(_ path: String) throws -> [Value] {
    guard case .list(let values) = value(path) else { throw mismatch(path) }
    return values
  }

  func integers(_ path: String) throws -> [Int] {
    try list(path).map { value in
      guard case .int(let integer) = value else { throw mismatch(path) }
      return integer
    }
  }

  func numbers(_ path: String) throws -> [Double] {
    try list(path).map { value in
      guard let number = value.number else { throw mismatch(path) }
      return number
    }
  }

  func texts(_ path: String) throws -> [String] {
    try list(path).map { value in
      guard case .string(let text) = value else { throw mismatch(path) }
      return text
    }
  }

  func choices<Choice: RawRepresentable<String>>(_ path: String) throws -> [Choice] {
    try texts(path).map { text in
      guard let choice = Choice(rawValue: text) else { throw mismatch(path) }
      return choice
    }
  }

  /// Nil where null stands at `path`.
  func optional<Result>(_ path: String, _ read: (String) throws -> Result) rethrows -> Result? {
    value(path) == .null ? nil : try read(path)
  }

  func mismatch(_ path: String) -> InputError {
    InputError("\(path) cannot be \(value(path).json)")
  }

  private func value(_ path: String) -> Value {
    parameters[path] ?? Schema.field(path)?.born ?? .null
  }
}
