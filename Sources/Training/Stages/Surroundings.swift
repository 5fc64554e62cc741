import Experiments
import Foundation
import Torch

/// What a result may depend on beyond its settings, as it is when a stage begins.
enum Surroundings {
  static func describe(_ stage: Stage) -> [String: Value] {
    var values: [String: Value] = [
      "darkroom": .string(Engine.version),
      "numerics.\(stage.kind.rawValue)": .int(Engine.numerics(of: stage.kind, stage.parameters)),
      "libtorch": .string(Runtime.version), "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
      "processors": .int(ProcessInfo.processInfo.activeProcessorCount),
    ]
    if let processor { values["processor"] = .string(processor) }
    if let (commit, isDirty) = checkout {
      values["git.commit"] = .string(commit)
      values["git.dirty"] = .bool(isDirty)
    }
    return values
  }

  /// Begins `peakMemory` anew (proc(5)), where the system can.
  static func forgetPeakMemory() {
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
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

  /// What git says of the current folder; nil where it isn't a checkout with a commit, or there is no git.
  private static var checkout: (commit: String, isDirty: Bool)? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    // All that is wanted is here once git has closed its end; Foundation looks only every 50 ms whether it has ended.
    let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    // Foundation keeps the process and its pipe for good.
    try? output.fileHandleForReading.close()
    let lines = answer.split(separator: "\n")
    let start = "# branch.oid "
    guard let commit = lines.first(where: { $0.hasPrefix(start) })?.dropFirst(start.count), commit != "(initial)" else {
      return nil
    }
    return (String(commit), lines.contains { !$0.hasPrefix("#") })
  }
}
