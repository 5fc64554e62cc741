import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

@Suite(.timeLimit(.minutes(2))) struct `A launcher's process` {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
  }

  @Test func `that is killed takes its trainers along, and frees their stages`() async throws {
    let trainer = try workshop.trainer(["FAKE_FAULT": "stubborn", "FAKE_SECONDS": "1000"])
    let process = try LauncherProcess(workshop, "name: q", trainer: trainer)
    try await workshop.wait(for: "ready")
    process.signal(SIGKILL)
    try await workshop.wait(for: "orphaned")
    #expect(workshop.logged("orphaned").map(\.process) == workshop.logged("started").map(\.process))

    let outcome = try await Launcher(
      store: try workshop.store(), plan: try workshop.plan("name: q"), jobs: 1, trainer: workshop.trainer(),
      progress: Collected()
    ).run(interruptions: Interruptions.none)
    #expect(outcome.executed == 3)
  }

  #if os(Linux)
    @Test func `gives its trainers its own priority`() async throws {
      let file = workshop.folder.appendingPathComponent("nice")
      let program = try workshop.script(
        "cut -d ' ' -f 19 /proc/self/stat > '\(file.path).new'; mv '\(file.path).new' '\(file.path)'")
      let own = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid()))
      // Threads of the pool that tasks run on have other priorities than the process.
      let process = try await Task.detached(priority: .high) { try spawn(program, [], [:], descriptors: []) }.value
      var status: Int32 = 0
      waitpid(process, &status, 0)
      let found = try String(contentsOf: file, encoding: .utf8)
      #expect(found == "\(own)\n")
    }
  #endif

  @Test func `keeps a stage's lock through its trainer when it dies first`() async throws {
    let trainer = try workshop.script("trap '' TERM; echo $$ > '\(workshop.folder.path)/pid'; exec sleep 1000")
    let process = try LauncherProcess(workshop, "name: q", trainer: trainer)
    let file = workshop.folder.appendingPathComponent("pid")
    var pid: pid_t?
    for _ in 0..<500 where pid == nil {
      try await Task.sleep(for: .milliseconds(10))
      pid = (try? String(contentsOf: file, encoding: .utf8)).flatMap { pid_t($0.dropLast()) }
    }
    process.signal(SIGKILL)
    _ = try await process.ended()
    let store = try workshop.store()
    let stage = try #require(try workshop.plan("name: q").stages.first).hash
    #expect(try store.lock(stage: stage) == nil)
    kill(try #require(pid), SIGKILL)
    try await Task.sleep(for: .milliseconds(300))
    #expect(try store.lock(stage: stage) != nil)
  }

  @Test(arguments: ["> /dev/full", "| true"])
  func `goes on where nobody takes what it says of its progress`(_ output: String) async throws {
    let file = workshop.folder.appending(path: "experiment.yaml")
    try Data("name: q".utf8).write(to: file)
    let launch = [programs.appending(path: "fake-trainer").path, "launch", workshop.database, file.path]
    let words = (launch + [try workshop.trainer(["FAKE_SECONDS": "0.2"]).path]).map { "'\($0)'" }.joined(separator: " ")
    let status = workshop.folder.appending(path: "status")
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "{ \(words) 2>&1; echo $? > '\(status.path)'; } \(output)"]
    try shell.run()
    shell.waitUntilExit()
    #expect(try String(contentsOf: status, encoding: .utf8) == "0\n")
    #expect(workshop.logged("finished").count == 3)
  }

  @Test func `stops at SIGINT with its trainers' work recorded, and says so`() async throws {
    let trainer = try workshop.trainer(["FAKE_FAULT": "polite", "FAKE_TARGET": "prepare", "FAKE_SECONDS": "1000"])
    let process = try LauncherProcess(workshop, "name: q", trainer: trainer)
    try await workshop.wait(for: "ready")
    process.signal(SIGINT)
    let (end, messages) = try await process.ended()
    #expect(end == .exited(130))
    #expect(
      messages == [
        "3 stages to do, 2 at a time", "prepare: started", "stopping; Ctrl-C again ends at once", "prepare: stopped",
        "stopped: 0 stages executed, 3 not executed",
      ])
    let stage = try workshop.plan("name: q").stages[0].hash
    #expect(try workshop.store().progress(ofStages: [stage])[stage]?.status == .killed)
  }
}
