import Files
import Foundation

/// One line on a terminal's standard error that tells how far something slow is; nothing where nobody looks.
final class ProgressLine {
  private static let interval = Duration.milliseconds(100)
  private static let patience = Duration.milliseconds(500)

  private let what: String
  private let isShown = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] ?? "dumb" != "dumb"
  private var next = ContinuousClock.now + patience
  private var hasText = false

  init(_ what: String) { self.what = what }

  deinit {
    if hasText { write("\r\u{1B}[K") }
  }

  func report(_ done: Int, of count: Int) {
    guard isShown, ContinuousClock.now >= next else { return }
    next = ContinuousClock.now + Self.interval
    hasText = true
    write("\r\u{1B}[K\(what): \(done) of \(count)")
  }

  private func write(_ text: String) { FileHandle.standardError.tell(text) }
}
