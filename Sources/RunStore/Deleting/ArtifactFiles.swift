import Foundation
import GRDB

/// The files below a store's artifacts folder, less its locks.
struct ArtifactFiles {
  struct File {
    /// Relative to the folder.
    let path: String
    let bytes: Int
    /// Seconds since it was changed.
    let age: TimeInterval
  }

  private let folder: URL

  init(_ folder: URL) {
    self.folder = folder
  }

  /// By path.
  var all: [File] {
    let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey]
    let root = folder.resolvingSymlinksInPath().path(percentEncoded: false)
    let found = FileManager.default.enumerator(at: URL(filePath: root), includingPropertiesForKeys: Array(keys))
    var files: [File] = []
    while let url = found?.nextObject() as? URL {
      guard let values = try? url.resourceValues(forKeys: keys), values.isRegularFile == true else { continue }
      let path = String(url.path(percentEncoded: false).dropFirst(root.count)).drop { $0 == "/" }
      if path.hasPrefix("locks/") { continue }
      let age = -(values.contentModificationDate ?? .now).timeIntervalSinceNow
      files.append(File(path: String(path), bytes: values.fileSize ?? 0, age: age))
    }
    return files.sorted { $0.path < $1.path }
  }
}

/// Which files the store tells of, by their paths relative to the artifacts folder.
struct KnownFiles {
  private let recorded: Set<String>
  /// Recorded by stages that nothing needs.
  private let unneeded: Set<String>
  /// Hashes of stages that stay.
  private let stages: Set<String>
  /// Of these, the finished ones, which need nothing to go on from.
  private let finished: Set<String>
  private let freed: Set<String>
  /// Names of Slurm's jobs for stages that stay.
  private let jobs: Set<String>

  init(in database: Database, without stages: UnneededStages) throws {
    let gone = stages.numbers.values.map { $0 }.jsonArray
    func paths(_ condition: String) throws -> Set<String> {
      try Set(
        String.fetchAll(
          database,
          sql: "SELECT path FROM checkpoint WHERE stage \(condition) (SELECT value FROM json_each(?))",
          arguments: [gone]))
    }
    recorded = try paths("NOT IN")
    unneeded = try paths("IN").subtracting(recorded)
    freed = Set(stages.numbers.keys)
    self.stages = try Set(String.fetchAll(database, sql: "SELECT hash FROM stage")).subtracting(freed)
    finished = try Set(String.fetchAll(database, sql: "SELECT hash FROM stage WHERE status = 'FINISHED'"))
    jobs = try Set(
      String.fetchAll(
        database, sql: "SELECT name FROM slurm_task WHERE stage NOT IN (SELECT value FROM json_each(?))",
        arguments: [gone]))
  }

  /// Whether a row tells of it, or a stage leaves it there while it lasts.
  func isKnown(_ path: String) -> Bool {
    if recorded.contains(path) { return true }
    let parts = path.split(separator: "/")
    if parts.count >= 2, parts[0] == "jobs" { return jobs.contains(String(parts[1])) }
    guard let stage = Self.stage(of: path), stages.contains(stage) else { return false }
    return !path.hasPrefix("resume/") || !finished.contains(stage)
  }

  /// Whether it goes with what is freed.
  func isUnneeded(_ path: String) -> Bool {
    unneeded.contains(path) || Self.stage(of: path).map(freed.contains) == true
  }

  private static let foldersByStage: Set<Substring> = ["evaluations", "orders", "records", "resume"]

  /// The stage whose hash stands in the path, behind one of these folders: `resume/HASH/…`, `resume/HASH.pictures…`.
  private static func stage(of path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count >= 2, foldersByStage.contains(parts[0]) else { return nil }
    return String(parts[1].prefix { $0 != "." })
  }
}
