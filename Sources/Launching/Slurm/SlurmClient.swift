import Experiments
public import Foundation
import Synchronization

/// Slurm, asked through its programs: `sbatch`, `squeue`, `scancel` and `scontrol`.
public struct SlurmClient: Sendable {
  /// Where `sbatch` was found; the others lie beside it.
  private let folder: URL
  private let environment: [String: String]

  /// Throws `InputError` where there is no `sbatch` on the path.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map {
      URL(filePath: String($0), directoryHint: .isDirectory)
    }
    guard
      let folder = folders.first(where: {
        FileManager.default.isExecutableFile(atPath: $0.appending(path: "sbatch").path)
      })
    else {
      throw InputError(
        "there is no sbatch on the PATH, with which --launcher slurm submits jobs; launch where Slurm's programs are, "
          + "or with --launcher local")
    }
    self.folder = folder
    self.environment = environment
  }

  /// What Slurm refused, or why it didn't answer, in its own words.
  struct Refusal: Error {
    let words: [String]

    /// Slurm's words for a controller that can't be reached, or whose answer was lost.
    private static let silences = [
      "Unable to contact", "timed out", "Zero Bytes", "Communication", "Message send failure",
      "Message receive failure", "standby mode", "temporarily un", "gave no job's number", "didn't say why",
    ]

    /// Slurm has not said no, and may have done what it was asked for all the same.
    var isSilence: Bool {
      words.contains { word in Self.silences.contains { word.contains($0) } }
    }

    /// The user, or the whole, may have no more jobs at present: fewer, or the same later, may be accepted.
    var isOfLimit: Bool {
      words.contains { $0.contains("SubmitJobs") || $0.contains("SubmitJobLimit") || $0.contains("job submit limit") }
    }
  }

  /// The greatest index of an array that is accepted, and one more. Throws `InputError` where Slurm doesn't answer.
  func maxArraySize() async throws -> Int {
    do {
      for line in try await answer("scontrol", ["show", "config"]) where line.hasPrefix("MaxArraySize") {
        if let size = line.split(separator: " ").last.flatMap({ Int($0) }), size > 0 { return size }
      }
    } catch let refusal as Refusal {
      throw InputError("Slurm doesn't answer: \(refusal.words.joined(separator: "; "))")
    }
    // Slurm's own default.
    return 1001
  }

  /// - Returns: the job's number.
  ///
  /// Throws `Refusal`.
  func submit(_ arguments: [String]) async throws -> Int {
    let lines = try await answer("sbatch", ["--parsable"] + arguments)
    guard let job = lines.last?.split(separator: ";").first.flatMap({ Int($0) }) else {
      throw Refusal(words: ["sbatch gave no job's number, but: \(lines.joined(separator: " "))"])
    }
    return job
  }

  /// How the tasks of jobs stand that Slurm still knows, by `job_index`. Throws `Refusal`.
  func states(ofJobsNamed names: Set<String>) async throws -> [String: SlurmJobState] {
    var states: [String: SlurmJobState] = [:]
    for (task, _, state) in try await tasks(names) { states[task] = state }
    return states
  }

  /// The numbers of the jobs of these names, as far as Slurm knows them. Throws `Refusal`.
  func jobs(named names: Set<String>) async throws -> [String: Int] {
    try await tasks(names).reduce(into: [:]) { $0[$1.name] = $1.task.split(separator: "_").first.flatMap { Int($0) } }
  }

  /// Those that are over already are passed over. Throws `Refusal`.
  func cancel(_ tasks: [String]) async throws {
    for first in stride(from: 0, to: tasks.count, by: 500) {
      _ = try await answer("scancel", Array(tasks[first..<min(first + 500, tasks.count)]))
    }
  }

  func tasks(_ names: Set<String>) async throws -> [(task: String, name: String, state: SlurmJobState)] {
    let format = "--format=%F_%K|%j|%T|%r"
    let lines = try await answer("squeue", ["--noheader", "--array", "--states=all", "--user=\(getuid())", format])
    return lines.compactMap { line in
      let words = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard words.count == 4, names.contains(words[1]) else { return nil }
      return (words[0], words[1], SlurmJobState(words[2], reason: words[3]))
    }
  }

  /// The lines that a program of Slurm's answers with. Throws `Refusal` where it fails, with what it says.
  private func answer(_ program: String, _ arguments: [String]) async throws -> [String] {
    let said = Lines()
    let (end, errors) = try await withCheckedThrowingContinuation { continuation in
      do {
        // A process group of its own: Ctrl-C must not cut Slurm's answer off.
        _ = try ChildProcess(
          program: folder.appending(path: program), arguments: arguments, environment: environment,
          onLine: { said.add($0) },
          onEnd: { end, errors in continuation.resume(returning: (end, errors)) })
      } catch {
        continuation.resume(throwing: error)
      }
    }
    guard end == .exited(0) else {
      throw Refusal(words: errors.isEmpty ? ["\(program) failed, and didn't say why"] : errors)
    }
    return said.all
  }
}

private final class Lines: Sendable {
  private let kept = Mutex<[String]>([])

  func add(_ line: String) {
    kept.withLock { $0.append(line) }
  }

  var all: [String] { kept.withLock { $0 } }
}
