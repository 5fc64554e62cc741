import Experiments
import Foundation
import Launching
import RunStore

// `launch DATABASE FILE TRAINER [JOBS|slurm]` runs a launcher in a process that a test can kill.
//
// Otherwise it stands in for `darkroom-trainer` in the launcher's tests: it records like it, and trains nothing. What it does wrong
// comes from its environment.

nonisolated(unsafe) var isAskedToStop = false
let environment = ProcessInfo.processInfo.environment
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
guard arguments.count >= 4, arguments[0] == "execute" else { exit(64) }
let options = Dictionary(
  uniqueKeysWithValues: stride(from: 1, to: arguments.count - 1, by: 2).map {
    (arguments[$0], arguments[$0 + 1])
  })
let hash = arguments[arguments.count - 1]
let store: any StageStore =
  if let folder = options["--folder"] {
    try DetachedStore(
      artifacts: URL(filePath: folder), stage: hash, attempt: options["--attempt"] ?? "",
      surroundings: ["slurm.job": .string(options["--job"] ?? ""), "slurm.log": .string(options["--log"] ?? "")])
  } else {
    try RunStore(path: options["--db"] ?? "", mode: .existing)
  }
let stage = try store.stage(hash)
let lock = options["--folder"] == nil ? nil : try store.lock(stage: hash)

@Sendable func log(_ word: String) {
  guard let path = environment["FAKE_LOG"] else { return }
  let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
  let line = Array("\(word) \(stage.kind.rawValue) \(stage.hash) \(getpid())\n".utf8)
  _ = write(descriptor, line, line.count)
  close(descriptor)
}

if options["--folder"] == nil {
  Thread.detachNewThread {
    var byte: UInt8 = 0
    while read(STDIN_FILENO, &byte, 1) > 0 {}
    log("orphaned")
    exit(9)
  }
}

/// A landscape with its least value at a learning rate of 1e-3, that falls over the epochs.
func loss(after epoch: Int) -> Double {
  let distance = log10(stage.parameters["training.learning_rate"]?.number ?? 1) + 3
  let seed = stage.parameters["seed"]?.number ?? 0
  return distance * distance + 1 / Double(epoch + 1) + seed / 1000
}

log("started")
let recorder = try store.begin(stage: stage.hash, environment: [:])
var seconds = 0.0
let isTarget = environment["FAKE_TARGET"].map { $0 == stage.kind.rawValue } ?? true
switch environment["FAKE_FAULT"] {
case "crash" where isTarget:
  FileHandle.standardError.write(Data("the first word\nthe last word\n".utf8))
  kill(getpid(), SIGKILL)
case "input" where isTarget:
  FileHandle.standardError.write(Data("the class is empty\n".utf8))
  exit(65)
case "silent" where isTarget: exit(0)
case "slow once" where isTarget && recorder.attempt == 1:
  signal(SIGTERM) { _ in isAskedToStop = true }
  seconds = 30
case "crash once" where isTarget && recorder.attempt == 1: kill(getpid(), SIGKILL)
case "hang" where isTarget: while true { sleep(1) }
case "stubborn" where isTarget: signal(SIGTERM, SIG_IGN)
case "polite" where isTarget: signal(SIGTERM) { _ in isAskedToStop = true }
default: break
}

log("ready")
if isTarget, let gate = environment["FAKE_GATE"] {
  while !FileManager.default.fileExists(atPath: gate) { usleep(20_000) }
}
let epochs = stage.kind == .train ? stage.epochs ?? 0 : 1
if isTarget, let given = environment["FAKE_SECONDS"].flatMap(Double.init) { seconds = given }
let first = stage.trained.lowerBound
for epoch in first..<max(epochs, first + 1) {
  let report: Value = [
    "stage": .string(stage.hash), "kind": .string(stage.kind.rawValue), "phase": "epoch", "epoch": .int(epoch),
    "epochs": .int(epochs), "first_epoch": .int(first), "step": 1, "steps": 2, "loss": 0.5,
  ]
  if let file = options["--progress"] {
    try Data((report.json + "\n").utf8).write(to: URL(filePath: file))
  } else {
    FileHandle.standardOutput.write(Data((report.json + "\n").utf8))
  }
  if stage.kind == .train { try recorder.metric("validation.mse", step: epoch, value: loss(after: epoch)) }
  let end = Date().addingTimeInterval(seconds / Double(max(epochs - first, 1)))
  while Date() < end {
    usleep(5000)
    if isAskedToStop {
      try recorder.fail("stopped", status: .killed)
      log("stopped")
      exit(1)
    }
  }
}
// What `sha256sum` says of "weights".
let digest = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
let left =
  [.prepare, .extractor, .draw].contains(stage.kind)
  ? [(0, stage.hash)] : stage.keep.map { ($0, stage.state(after: $0)) }
for (epochs, state) in left {
  let path = "\(stage.kind == .prepare ? "data" : "checkpoints")/\(state).safetensors"
  let file = store.artifacts.appendingPathComponent(path)
  try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data("weights".utf8).write(to: file)
  try recorder.checkpoint(Checkpoint(state: state, epochs: epochs, path: path, sha256: digest, bytes: 7))
}
log("finished")
try recorder.finish()
