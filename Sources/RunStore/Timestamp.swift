public import Foundation

/// A moment, to the millisecond.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z.
  public let milliseconds: Int

  public init(milliseconds: Int) {
    self.milliseconds = milliseconds
  }

  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC: `2026-11-21T09:30:00.125Z`.
  public var description: String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}

extension Timestamp {
  /// A day, or a moment of it to the minute or finer: `2026-11-21`, `2026-11-21T09:30`, `2026-11-21 09:30:00.5Z`; in
  /// UTC. Nil where the text is none.
  init?(text: String) {
    let pattern = /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?Z?)?/
    guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
    var components = DateComponents()
    components.year = Int(match.1)
    components.month = Int(match.2)
    components.day = Int(match.3)
    components.hour = match.4.flatMap { Int($0) }
    components.minute = match.5.flatMap { Int($0) }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    guard components.isValidDate(in: calendar), let date = calendar.date(from: components) else { return nil }
    let seconds = match.6.flatMap { Double($0) } ?? 0
    self.init(milliseconds: Int(((date.timeIntervalSince1970 + seconds) * 1000).rounded()))
  }
}
