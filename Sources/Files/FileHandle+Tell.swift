public import Foundation

extension FileHandle {
  /// Writes what a person may read and nothing depends on. Where it can't be written, on a full disk or because nobody
  /// reads any more, nothing happens; `write(_:)` would end the process.
  public func tell(_ text: String) {
    try? write(contentsOf: Data(text.utf8))
  }
}
