import Experiments
import Foundation
import RunStore
import Testing

/// The real programs, ended from outside in the middle of their work.
@Suite(.serialized, .timeLimit(.minutes(5))) final class StoppedTrainingTests {
  private static let experiment = """
    name: stopped
    seed: 3
    data: {source: sprites, count: 200, size: 16, augmentation: {flip: 0.5}}
    model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1, dropout: 0.1}
    conditioning: {embedding: 8, warmup: {epochs: 2}, label_keep: 0.9}
    diffusion: {timesteps: 50}
    training: {epochs: 6, batch_size: 4, threads: 1, ema: {decay: 0.99}, keep: {last: 3}}
    sampling: {steps: 5, grid: {rows: 1}}

    """

  private let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.experiment.write(to: folder.appending(path: "e.yaml"), atomically: true, encoding: .utf8)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func start(_ db: String) throws -> Process {
    let process = Process()
    process.executableURL = try Program.url
    process.arguments = ["run", "e.yaml", "--db", db]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The trainer that a launcher started, once it has saved something to go on from after `saved`; nil where it had too
  /// little left to do for that.
  private func trainer(of process: Process, db: String, after saved: Set<String>) throws -> pid_t? {
    while process.isRunning {
      usleep(20_000)
      guard !savedStates(db).subtracting(saved).isEmpty else { continue }
      let tasks = "/proc/\(process.processIdentifier)/task"
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
      let children = threads.compactMap { try? String(contentsOfFile: "\(tasks)/\($0)/children", encoding: .utf8) }
      if let child = children.flatMap({ $0.split(separator: " ") }).compactMap({ pid_t($0) }).first { return child }
    }
    return nil
  }

  private func savedStates(_ db: String) -> Set<String> {
    let resume = folder.appending(path: ".darkroom/\(db.dropLast(3))/resume")
    let files = FileManager.default.enumerator(atPath: resume.path)?.compactMap { $0 as? String } ?? []
    return Set(files.filter { $0.hasSuffix(".sha256") })
  }

  private func run(_ db: String) throws -> RunSummary {
    try RunStore(path: folder.appending(path: db).path, mode: .readOnly).runs()[0]
  }

  private func outcome(_ db: String) throws -> (status: Status, weights: Value?, losses: [Double], grid: [[UInt8]]) {
    let store = try RunStore(path: folder.appending(path: db).path, mode: .readOnly)
    let run = try store.runs()[0]
    let saved = try store.events(ofRun: run.id).last { $0.type == "checkpoint.saved" }
    return (
      run.status, saved?.payload["sha256"], try store.history(ofRun: run.id, key: "train.mse").map(\.value),
      try store.grid(ofRun: run.id)?.cells.map(\.rgb) ?? []
    )
  }

  #if os(Linux)
    @Test func `a training whose processes are killed comes to what it would have come to`() throws {
      try start("alone.db").waitUntilExit()
      var saved: Set<String> = []
      for kills in 0..<3 {
        let process = try start("killed.db")
        guard let trainer = try trainer(of: process, db: "killed.db", after: saved) else {
          #expect(kills > 0)
          break
        }
        saved = savedStates("killed.db")
        // The trainer, the launcher, both.
        if kills != 1 { kill(trainer, SIGKILL) }
        if kills != 0 { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
      }
      try start("killed.db").waitUntilExit()
      let (alone, killed) = (try outcome("alone.db"), try outcome("killed.db"))
      #expect(alone.status == .finished && killed.status == .finished)
      #expect(alone.weights != nil && alone.weights == killed.weights)
      #expect(alone.losses.count == 6 && alone.losses == killed.losses)
      #expect(!alone.grid.isEmpty && alone.grid == killed.grid)
    }

    @Test func `a training that is asked to stop saves where it is, and says KILLED`() throws {
      let process = try start("asked.db")
      _ = try #require(try trainer(of: process, db: "asked.db", after: []))
      let before = savedStates("asked.db")
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      #expect(!savedStates("asked.db").subtracting(before).isEmpty)
      #expect(try run("asked.db").status == .killed)
    }
  #endif

  @Test func `a training that cannot save says so, and leaves nothing half-written`() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    // Files of at most 8 MB, which the store fits in and the weights don't.
    process.arguments = [
      "-c", "trap '' XFSZ; ulimit -f 8000; exec \"$0\" run e.yaml --db full.db -S model.widths=[64,64]",
      try Program.url.path,
    ]
    process.currentDirectoryURL = folder
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(text.contains("cannot write") && text.contains("File too large"), "\(text)")
    #expect(try run("full.db").status == .failed)
    let files = FileManager.default.enumerator(atPath: folder.appending(path: ".darkroom/full").path)
    let left = files?.compactMap { $0 as? String }.filter { $0.hasSuffix(".tmp") || $0.hasSuffix(".safetensors") } ?? []
    #expect(left.allSatisfy { $0.hasPrefix("data/") }, "\(left)")
  }
}
