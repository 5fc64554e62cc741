import Foundation
import Testing

/// The real `darkroom`, in a process of its own.
struct Program {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Beside the test bundle in the build folder.
  static var url: URL {
    get throws {
      let arguments = CommandLine.arguments.map { URL(filePath: $0) }
      let candidates = arguments + [Bundle.main.executableURL, Bundle.main.bundleURL].compactMap { $0 }
      for candidate in candidates {
        var folder = candidate.deletingLastPathComponent()
        for _ in 0..<4 {
          let program = folder.appending(path: "darkroom")
          var isFolder: ObjCBool = false
          if FileManager.default.fileExists(atPath: program.path, isDirectory: &isFolder), !isFolder.boolValue {
            return program
          }
          folder.deleteLastPathComponent()
        }
      }
      throw CocoaError(.fileNoSuchFile)
    }
  }

  /// Runs it in `folder` with these arguments, and nothing of Darkroom's in the environment but `environment`.
  static func run(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = try url
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? FileManager.default.temporaryDirectory
    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DARKROOM") && $0.key != "COLUMNS" }
    process.environment = inherited.merging(environment) { _, new in new }
    let output = Pipe()
    let errors = folder ?? FileManager.default.temporaryDirectory
    let errorFile = errors.appending(path: "stderr-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: errorFile) }
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
      errors: try String(contentsOf: errorFile, encoding: .utf8))
  }
}
