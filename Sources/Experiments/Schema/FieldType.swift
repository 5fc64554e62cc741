import Foundation

/// What may stand at a path of the experiment file.
indirect enum FieldType: Sendable {
  case integer(ClosedRange<Int>)
  case number(NumberRange)
  case boolean
  /// One of `values`. Those that come with later versions are refused by name.
  case choice([String], later: [String] = [])
  case text
  /// A folder; a relative one is relative to the file that names it.
  case folder
  /// A file; a relative one is relative to the file that names it.
  case file
  /// `count` is nil where any number of elements from one on may stand.
  case list(FieldType, count: Int?)
  /// A map from a class to a pattern or a list of patterns, in the order in which they are tried.
  case classes
  /// `null` may stand there too.
  case optional(FieldType)

  static func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ type: Choice.Type, later: [String] = []
  ) -> FieldType {
    .choice(type.allCases.map(\.rawValue), later: later)
  }
}

extension FieldType {
  /// The value as the file's reader would give it: where numbers are expected, an integer is one.
  func canonical(_ value: Value) -> Value {
    switch (self, value) {
    case (.number, .int(let integer)): .double(Double(integer))
    case (.list(let element, _), .list(let values)): .list(values.map(element.canonical))
    case (.optional(let type), _): type.canonical(value)
    default: value
    }
  }
}

/// The numbers that a field takes; nil: without a bound.
struct NumberRange: Sendable {
  enum Bound: Sendable {
    case included(Double)
    case excluded(Double)
  }

  var lower: Bound
  var upper: Bound?

  static let share = NumberRange(lower: .included(0), upper: .included(1))
  static let shareBelowOne = NumberRange(lower: .included(0), upper: .excluded(1))
  static let positive = NumberRange(lower: .excluded(0))
  static let notNegative = NumberRange(lower: .included(0))

  func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    let isAboveLower =
      switch lower {
      case .included(let bound): value >= bound
      case .excluded(let bound): value > bound
      }
    return switch upper {
    case .included(let bound): isAboveLower && value <= bound
    case .excluded(let bound): isAboveLower && value < bound
    case nil: isAboveLower
    }
  }
}

extension NumberRange: CustomStringConvertible {
  var description: String {
    let from =
      switch lower {
      case .included(let bound): "from \(bound.short)"
      case .excluded(let bound): "above \(bound.short)"
      }
    return switch (lower, upper) {
    case (_, .included(let bound)): "\(from) to \(bound.short)"
    case (_, .excluded(let bound)): "\(from), below \(bound.short)"
    case (.included(let bound), nil): "\(bound.short) or more"
    case (.excluded, nil): from
    }
  }
}

extension Double {
  /// As a person writes it: `1` for 1.0, `1e-5` for 1e-05.
  var short: String {
    self == rounded() && abs(self) < 1e15
      ? String(Int(self)) : description.replacingOccurrences(of: "e-0", with: "e-")
  }
}

extension FieldType: CustomStringConvertible {
  /// What is allowed, as a noun: "an integer from 1 to 1000".
  var description: String {
    switch self {
    case .integer(let range):
      range.upperBound > 1_000_000_000
        ? "an integer, \(range.lowerBound) or more" : "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number \(range)"
    case .boolean: "true or false"
    case .choice(let values, _): values.count == 1 ? values[0] : "one of \(values.joined(separator: ", "))"
    case .text: "text"
    case .folder: "a folder"
    case .file: "a file"
    case .list(let element, let count):
      count.map { "a list of \($0), each \(element)" } ?? "a list, each element \(element)"
    case .classes: "a map from each class to a pattern or a list of patterns"
    case .optional(let type): "\(type), or null"
    }
  }
}
