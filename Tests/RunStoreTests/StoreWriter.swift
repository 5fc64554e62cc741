import Foundation

/// The helper program `StoreWriter` as a process of its own.
struct StoreWriter {
  let process = Process()
  private let output = Pipe()

  init(_ arguments: [String]) throws {
    process.executableURL = Self.program
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
  }

  /// Waits for a line of output; nil at the end.
  func line() -> String? {
    var bytes: [UInt8] = []
    while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  /// What is still to be read, once the process has ended.
  func rest() -> [String] {
    let data = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// SIGKILL: nothing of the process runs any more.
  func kill() {
    _ = Foundation.kill(process.processIdentifier, SIGKILL)
  }

  /// SwiftPM puts programs beside the bundle of the tests.
  private static var program: URL {
    let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
    let candidates = bundles.flatMap { [$0, $0.deletingLastPathComponent()] }.map { $0.appending(path: "StoreWriter") }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false)) }
      ?? URL(filePath: ".build/debug/StoreWriter")
  }
}
