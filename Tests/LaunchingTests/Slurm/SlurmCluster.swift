import Foundation
import Testing

@testable import Launching

/// Slurm itself, as `scripts/slurm-cluster` starts it. It goes with the process of the tests, however that dies.
actor SlurmCluster {
  /// Only some of Debian's packages put their programs on a user's path.
  private static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
  /// No array has a greater index than 4.
  private static let maxArraySize = 5

  static let isAvailable = isInstalled && hasControlGroups
  private static let isInstalled = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"]
    .allSatisfy { program($0) != nil }
  /// Without them slurmd refuses to begin, as in some containers.
  private static var hasControlGroups: Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup").isEmpty) == false
  }
  static let hint: Comment = """
    Slurm is not installed (slurmctld, slurmd, slurm-client and munge are Debian's packages), or no cgroups are mounted
    """
  static let shared = SlurmCluster()

  /// It lives as long as its standard input is open.
  private var process: ChildProcess?
  private var started: Task<[String: String], any Error>?

  /// The environment in which Slurm's programs find this cluster, which answers by now.
  func environment() async throws -> [String: String] {
    if let started { return try await started.value }
    let task = Task { try await start() }
    started = task
    return try await task.value
  }

  private func start() async throws -> [String: String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "slurm-\(UUID().uuidString.prefix(8))")
    let script = URL(filePath: #filePath).appending(path: "../../../../scripts/slurm-cluster").standardized
    let (answers, answer) = AsyncStream<[String]>.makeStream()
    process = try ChildProcess(
      program: script, arguments: [folder.path, String(Self.maxArraySize)],
      environment: ProcessInfo.processInfo.environment,
      onLine: { answer.yield([$0]) }, onEnd: { answer.yield($1) })
    let first = await answers.first { _ in true }
    try #require(first == ["ready"], "Slurm does not start")
    return ProcessInfo.processInfo.environment.merging([
      "PATH": Self.path, "SLURM_CONF": folder.appending(path: "slurm.conf").path,
    ]) { $1 }
  }

  /// Runs a program of Slurm's to its end, and gives its lines.
  func ask(_ program: String, _ arguments: [String]) async throws -> [String] {
    let environment = try await environment()
    let process = Process()
    let output = Foundation.Pipe()
    process.executableURL = Self.program(program)
    process.arguments = arguments
    process.environment = environment
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  static func program(_ name: String) -> URL? {
    path.split(separator: ":").map { URL(filePath: String($0)).appending(path: name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

extension Workshop {
  /// A client of the cluster's, with shell scripts in the place of some of Slurm's programs, in which `$real` is the
  /// program itself.
  func slurm(_ scripts: [String: String]) async throws -> SlurmClient {
    let environment = try await SlurmCluster.shared.environment()
    let bin = folder.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    for name in ["sbatch", "squeue", "scancel", "scontrol"] {
      let program = try #require(SlurmCluster.program(name))
      let place = bin.appending(path: name)
      if let body = scripts[name] {
        try FileManager.default.moveItem(at: script("real='\(program.path)'\n\(body)"), to: place)
      } else {
        try FileManager.default.createSymbolicLink(at: place, withDestinationURL: program)
      }
    }
    let path = bin.path + ":" + (environment["PATH"] ?? "")
    return try SlurmClient(environment: environment.merging(["PATH": path]) { $1 })
  }
}
