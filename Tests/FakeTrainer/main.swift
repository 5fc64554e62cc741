import Experiments
import Foundation
import Launching
import RunStore
import Synchronization

// `launch DATABASE FILE TRAINER [JOBS|slurm]` runs a launcher in a process that a test can kill.
//
// Otherwise it stands in for `darkroom-trainer` in the launcher's tests: it is asked and records like it, and trains nothing.

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count >= 4, arguments[0] == "launch" {
  let store = try RunStore(path: arguments[1], mode: .create)
  let planner = Planner(try Experiment.load(file: arguments[2]), store: store)
  let search = try TrialSearch(planner, in: store)
  let plan = try search?.plan ?? planner.plan()
  let launcher = Launcher(
    store: store, plan: plan, search: search, jobs: arguments.count > 4 ? Int(arguments[4]) ?? 2 : 2,
    slurm: arguments.last == "slurm" ? SlurmSite(try SlurmClient()) : nil,
    trainer: URL(fileURLWithPath: arguments[3]), progress: progressDisplay(plan))
  exit(try await launcher.run().exitStatus)
}
guard arguments.count >= 3, arguments[0] == "execute" else { exit(64) }
let options = Dictionary(
  uniqueKeysWithValues: stride(from: 1, to: arguments.count - 1, by: 2).map {
    (arguments[$0], arguments[$0 + 1])
  })

if let folder = options["--folder"], let hash = arguments.last {
  let store = try DetachedStore(
    artifacts: URL(filePath: folder), stage: hash, attempt: options["--attempt"] ?? "",
    surroundings: ["slurm.job": .string(options["--job"] ?? ""), "slurm.log": .string(options["--log"] ?? "")])
  let lock = try store.lock(stage: hash)
  try FakeStage(store.stage(hash), in: store).execute()
  withExtendedLifetime(lock) {}
  exit(0)
}

let present = Mutex<FakeStage?>(nil)
let (requests, request) = AsyncStream<(line: String, lock: StageLock)>.makeStream()
Thread.detachNewThread {
  while let next = StageLock.receive(from: STDIN_FILENO) { request.yield(next) }
  guard let stage = present.withLock({ $0 }) else { exit(0) }
  stage.log("orphaned")
  exit(9)
}
for await (hash, lock) in requests {
  let store = try RunStore(path: options["--db"] ?? "", mode: .existing)
  let stage = try FakeStage(store.stage(hash), in: store)
  present.withLock { $0 = stage }
  FileHandle.standardError.write(Data("\u{C}\n".utf8))
  try stage.execute()
  FileHandle.standardError.write(Data("well done\n".utf8))
  present.withLock { $0 = nil }
  withExtendedLifetime(lock) {}
  FileHandle.standardOutput.write(Data("{\"phase\":\"ready\"}\n".utf8))
  if ProcessInfo.processInfo.environment["FAKE_FAULT"] == "die between" { exit(3) }
}
