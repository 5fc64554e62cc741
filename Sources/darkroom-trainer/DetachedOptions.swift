import ArgumentParser
import Experiments
import Foundation
import RunStore

/// How a stage is executed on a host that shares the store's folder and doesn't open its database.
struct DetachedOptions: ParsableArguments {
  @Option(help: "The store's artifacts folder, instead of the store.") var folder: String?
  @Option(help: "A name that no other attempt has.") var attempt: String?
  @Option(help: "The job that executes the stage, told with the attempt.") var job: String?
  @Option(help: "Where standard error goes; told with the attempt.") var log: String?
  @Option(help: "A file for the last word of progress, instead of standard output.") var progress: String?

  func store(for stage: String) throws -> DetachedStore {
    var surroundings: [String: Value] = [:]
    if let job { surroundings["slurm.job"] = .string(job) }
    if let log { surroundings["slurm.log"] = .string(log) }
    return try DetachedStore(
      artifacts: URL(filePath: folder ?? ".", directoryHint: .isDirectory), stage: stage,
      attempt: attempt ?? "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)",
      surroundings: surroundings)
  }
}
