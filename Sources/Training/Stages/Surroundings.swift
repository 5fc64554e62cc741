import Experiments
import Foundation
import Torch

/// What a result may depend on beyond its settings, as it is when a stage begins.
enum Surroundings {
  static func describe(_ kind: StageKind) -> [String: Value] {
    var values: [String: Value] = [
      "darkroom": .string(Engine.version), "numerics.\(kind.rawValue)": .int(Engine.numerics(of: kind)),
      "libtorch": .string(Runtime.version), "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
      "processors": .int(ProcessInfo.processInfo.activeProcessorCount),
    ]
    if let processor { values["processor"] = .string(processor) }
    if let commit = git("rev-parse", "HEAD") {
      let changes = git("status", "--porcelain", "--untracked-files=no") ?? ""
      values["git.commit"] = .string(commit)
      values["git.dirty"] = .bool(!changes.isEmpty)
    }
    return values
  }

  /// The most memory that this process has held so far, in bytes.
  static var peakMemory: Int? {
    var usage = rusage()
    #if canImport(Darwin)
      let (who, unit) = (RUSAGE_SELF, 1)
    #else
      let (who, unit) = (__rusage_who_t(RUSAGE_SELF.rawValue), 1024)
    #endif
    return getrusage(who, &usage) == 0 ? Int(usage.ru_maxrss) * unit : nil
  }

  private static var processor: String? {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// What git answers in the current folder; nil where it isn't a checkout, or there is no git.
  private static func git(_ arguments: String...) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
