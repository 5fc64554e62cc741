import Experiments
import Foundation
import RunStore
import Synchronization

@testable import Launching

/// A folder with a store, a trainer that trains nothing, and the log of what it was asked.
final class Workshop: Sendable {
  let folder: URL
  let database: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("launching-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    database = folder.appendingPathComponent("runs.db").path
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func store() throws -> RunStore {
    try RunStore(path: database, mode: .create)
  }

  func plan(_ text: String) throws -> Plan {
    let file = folder.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    return try Plan.make(Experiment.load(file: file.path), sourceDigest: { _ in "" })
  }

  /// A program that runs the fake trainer with these variables.
  func trainer(_ variables: [String: String] = [:]) throws -> URL {
    let fake = programs.appendingPathComponent("fake-trainer")
    let settings = variables.merging(["FAKE_LOG": log.path]) { $1 }.map { "\($0.key)='\($0.value)'" }
    return try script("exec env \(settings.joined(separator: " ")) '\(fake.path)' \"$@\"")
  }

  func script(_ body: String) throws -> URL {
    let file = folder.appendingPathComponent("trainer-\(UUID().uuidString)")
    // A program that a child just being started has open for writing cannot be executed.
    try spawning.withLock { _ in try Data("#!/bin/sh\n\(body)\n".utf8).write(to: file) }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    return file
  }

  private var log: URL { folder.appendingPathComponent("log") }

  /// What the fake trainers logged: word, kind, hash, process.
  func logged(_ word: String) -> [(kind: String, hash: String, process: pid_t)] {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    var entries: [(kind: String, hash: String, process: pid_t)] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 4, words[0] == word { entries.append((words[1], words[2], pid_t(words[3]) ?? 0)) }
    }
    return entries
  }

  /// Returns when a trainer has logged `word` so often.
  func wait(for word: String, count: Int = 1) async throws {
    for _ in 0..<1000 where logged(word).count < count { try await Task.sleep(for: .milliseconds(10)) }
  }
}

/// A launcher in a process of its own.
final class LauncherProcess: Sendable {
  private let result = Mutex<(end: ChildProcess.End, messages: [String])?>(nil)
  private let child = Mutex<ChildProcess?>(nil)

  init(
    _ workshop: Workshop, _ text: String, trainer: URL, jobs: Int = 2, place: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    let file = workshop.folder.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    let process = try ChildProcess(
      program: programs.appendingPathComponent("fake-trainer"),
      arguments: ["launch", workshop.database, file.path, trainer.path, place ?? String(jobs)],
      environment: environment, onLine: { _ in },
      onEnd: { [weak self] end, messages in self?.result.withLock { $0 = (end, messages) } })
    child.withLock { $0 = process }
  }

  func signal(_ number: Int32) {
    child.withLock { child in
      if let child { kill(child.process, number) }
    }
  }

  /// How it ended, and what it said.
  func ended() async throws -> (end: ChildProcess.End, messages: [String]) {
    while true {
      if let result = result.withLock({ $0 }) { return result }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// Where the package's programs are built: beside the tests.
let programs: URL = {
  #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
  #endif
  return Bundle.main.bundleURL
}()

/// Keeps every event.
final class Collected: LaunchProgress {
  private let kept = Mutex<[LaunchEvent]>([])

  func note(_ event: LaunchEvent) {
    kept.withLock { $0.append(event) }
  }

  var events: [LaunchEvent] { kept.withLock { $0 } }
}

/// Two trainings, four grids, one preparation.
let sweepText = """
  name: q
  training: {epochs: 3}
  sweep:
    parameters:
      model.dropout: {values: [0, 0.1]}
      sampling.steps: {values: [5, 10]}
  """
