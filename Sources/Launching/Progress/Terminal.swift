public import Experiments
import Files
import Foundation

extension LaunchProgress where Self == PlainProgress {
  /// Plain lines on standard error.
  public static func plain(_ plan: Plan) -> PlainProgress {
    PlainProgress(plan) { writeToStandardError($0 + "\n") }
  }
}

/// The progress display that suits standard error: live on a terminal, lines otherwise.
public func progressDisplay(_ plan: Plan) -> any LaunchProgress {
  let isDumb = ProcessInfo.processInfo.environment["TERM"].map { $0 == "dumb" } ?? true
  guard isatty(STDERR_FILENO) == 1, !isDumb else { return PlainProgress.plain(plan) }
  return LiveProgress(plan, width: columnsOfStandardError, write: writeToStandardError)
}

@Sendable private func columnsOfStandardError() -> Int {
  var size = winsize()
  guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}

@Sendable private func writeToStandardError(_ text: String) {
  FileHandle.standardError.tell(text)
}
