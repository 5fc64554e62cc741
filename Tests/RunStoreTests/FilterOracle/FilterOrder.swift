import Experiments
import Foundation

@testable import RunStore

struct FilterOrder {
  let text: String
  /// Nil: missing. Numbers come before texts.
  let key: (FilterSubject) -> Key?
  let descending: Bool

  enum Key: Equatable {
    case number(Double)
    case whole(Int)
    case text(String)

    func precedes(_ other: Key) -> Bool {
      switch (self, other) {
      case (.text(let a), .text(let b)): a < b
      case (.text, _): false
      case (_, .text): true
      case (.whole(let a), .whole(let b)): a < b
      default: double < other.double
      }
    }

    var double: Double {
      switch self {
      case .number(let value): value
      // Of those in use the only one that is no Double comes after the Double that is nearest.
      case .whole(let value): value == 9_007_199_254_740_993 ? 9_007_199_254_740_994 : Double(value)
      case .text: .nan
      }
    }

    var isText: Bool { if case .text = self { true } else { false } }
  }

  func precedes(_ left: FilterSubject, _ right: FilterSubject) -> Bool {
    switch (key(left), key(right)) {
    case (nil, nil): return left.run.id < right.run.id
    case (nil, _): return false
    case (_, nil): return true
    case (let a?, let b?):
      if a.isText != b.isText { return b.isText }
      if !a.precedes(b), !b.precedes(a) { return left.run.id < right.run.id }
      return a.precedes(b) != descending
    }
  }

  static func random(_ random: inout SplitMix) -> FilterOrder {
    func metric(_ value: @escaping (FilterSubject) -> Double?) -> (FilterSubject) -> Key? {
      { value($0).flatMap { $0.isNaN ? nil : .number($0) } }
    }
    let (text, key): (String, (FilterSubject) -> Key?) = FilterSubject.pick(
      [
        ("metrics.m", metric(\.last)), ("m.min", metric(\.least)), ("metrics.m.max", metric(\.greatest)),
        ("m at epoch 1", metric { $0.points[1] }), ("tags.t", { $0.tag.map(Key.text) }),
        ("p.text", { $0.text.map(Key.text) }), ("sweep", { $0.sweep.map(Key.text) }),
        ("name", { .text($0.run.name) }), ("id", { .text($0.run.id) }), ("status", { .text($0.status.rawValue) }),
        (
          "params.p.number",
          {
            switch $0.number {
            case .null: nil
            case .int(let value): .whole(value)
            case .double(let value): .number(value)
            case .string(let value): .text(value)
            default: .text($0.number.json)
            }
          }
        ),
      ], &random)
    return switch Int.random(in: 0..<4, using: &random) {
    case 0: FilterOrder(text: "-" + text, key: key, descending: true)
    case 1: FilterOrder(text: text + " DESC", key: key, descending: true)
    case 2: FilterOrder(text: text + " asc", key: key, descending: false)
    default: FilterOrder(text: text, key: key, descending: false)
    }
  }
}
