import Foundation
import Testing

/// Expects `text` to be what was recorded under `name` in `Tests/Recordings`.
///
/// Texts that a person reads are reviewed by reading these files; `DARKROOM_RECORD=1` writes them anew.
func expectRecorded(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Recordings/\(name).txt")
  if ProcessInfo.processInfo.environment["DARKROOM_RECORD"] == "1" {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return
  }
  let recorded = try String(contentsOf: file, encoding: .utf8)
  #expect(text == recorded, "\(name) reads otherwise than recorded", sourceLocation: sourceLocation)
}
