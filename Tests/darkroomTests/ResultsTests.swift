import Foundation
import Testing

/// The recorded reference sweeps, and what docs/results.md says of them.
@Suite struct ResultsTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A folder with the store as it is committed: the checkout's own may hold the runs of whoever works there.
  private static func copy() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "results-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "docs/results"), withIntermediateDirectories: true)
    let store = folder.appending(path: "runs.db")
    try Data().write(to: store)
    let git = Process()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "-C", repository.path, "show", "HEAD:runs.db"]
    git.standardOutput = try FileHandle(forWritingTo: store)
    try git.run()
    git.waitUntilExit()
    try #require(git.terminationStatus == 0)
    return folder
  }

  @Test func `every table and plot of the results comes out again from the committed store by its command`() throws {
    let text = try String(contentsOf: Self.repository.appending(path: "docs/results.md"), encoding: .utf8)
    let folder = try Self.copy()
    defer { try? FileManager.default.removeItem(at: folder) }
    let commands = text.split(separator: "\n").filter { $0.hasPrefix("darkroom compare ") }
    try #require(commands.count >= 10)
    for command in commands {
      let result = try Program.run(command.split(separator: " ").dropFirst().map(String.init), in: folder)
      #expect(result.status == 0, "\(command): \(result.errors)")
      if let plot = command.split(separator: " ").first(where: { $0.hasPrefix("docs/results/") }) {
        let recorded = try Data(contentsOf: Self.repository.appending(path: String(plot)))
        let drawn = try Data(contentsOf: folder.appending(path: String(plot)))
        #expect(drawn == recorded, "\(plot)")
      } else {
        let table = result.output.trimmingCharacters(in: .newlines)
        #expect(!table.isEmpty && text.contains("\(command)\n```\n\n\(table)\n"), "\(command)")
      }
    }
  }

  @Test func `the committed store is whole, small, and alone`() throws {
    let folder = try Self.copy()
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = folder.appending(path: "runs.db")
    let header = try Data(contentsOf: store).prefix(20)
    // The file format's read and write versions: 1 is a rollback journal, 2 a write-ahead log.
    #expect(Array(header[18..<20]) == [1, 1])
    let bytes = try #require(try store.resourceValues(forKeys: [.fileSizeKey]).fileSize)
    #expect(bytes < 20_000_000)
    let doctor = try Program.run(["doctor"], in: folder)
    #expect(doctor.status == 0 && doctor.output.hasSuffix("All is well.\n"), "\(doctor.output)")
  }
}
