// Writes to a store until it is done or killed, for tests of what a death or a crowd of processes does to it.
//
//   StoreWriter log F.db STAGE KEY COUNT   begins the stage and records a metric a step; prints each step once it is
//                                          acknowledged
//   StoreWriter crowd F.db STAGE SECONDS   begins the stage and records a metric a step as long as that; prints how many
//                                          were acknowledged, and how many seconds the slowest took
//   StoreWriter read F.db RUN SECONDS      asks for all runs and one's history as long as that; prints how often, and how
//                                          many seconds the slowest took
//   StoreWriter create F.db STAGE          makes or opens the store, registers a run, and records one metric
//   StoreWriter fill F.db RUNS             fills a store for scripts/benchmark-store
//   StoreWriter measure F.db durable|bulk  prints how long recording takes, in a new store
//   StoreWriter take-in F.db STAGE         takes in the stage's record files, over and over; prints a line each time
//   StoreWriter hold F.db STAGE            begins the stage with its lock held, prints a line, and waits to be killed
import Experiments
import Foundation
import RunStore

let arguments = CommandLine.arguments
let store = try RunStore(path: arguments[2], mode: arguments[1] == "read" ? .readOnly : .create)
let stage = arguments[3]

func say(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

/// How often `body` was done in so many seconds, and how many the slowest took.
func repeated(for seconds: Double, _ body: (Int) throws -> Void) rethrows -> (count: Int, slowest: Double) {
  let end = ContinuousClock.now + .seconds(seconds)
  var (count, slowest) = (0, 0.0)
  while ContinuousClock.now < end {
    slowest = max(slowest, try ContinuousClock().measure { try body(count) } / .seconds(1))
    count += 1
  }
  return (count, slowest)
}

switch arguments[1] {
case "log":
  let recorder = try store.begin(stage: stage)
  for step in 0..<(Int(arguments[5]) ?? 0) {
    try recorder.metric(arguments[4], step: step, value: Double(step) / 2)
    say("\(step)")
  }
  try recorder.finish()
case "crowd":
  let recorder = try store.begin(stage: stage)
  let (count, slowest) = try repeated(for: Double(arguments[4]) ?? 0) { step in
    try recorder.metric("train.l1", step: step, value: Double(step) / 2)
  }
  try recorder.finish()
  say("\(count) \(slowest)")
case "read":
  let (count, slowest) = try repeated(for: Double(arguments[4]) ?? 0) { _ in
    for run in try store.runs() where run.metrics["train.l1"] != nil && run.id == stage {
      let points = try store.history(ofRun: run.id, key: "train.l1").count
      guard points > run.metrics["train.l1"]?.lastStep ?? 0 else { exit(1) }
    }
  }
  say("\(count) \(slowest)")
case "create":
  let run = PlannedRun(id: String(stage.prefix(12)), name: stage, parameters: ["seed": 7], stages: [stage])
  let stages = [Stage(hash: stage, kind: .prepare, parents: [], parameters: run.parameters)]
  try store.register(Plan(experiment: Experiment(name: "crowd"), runs: [run], stages: stages))
  let recorder = try store.begin(stage: stage)
  try recorder.metric("train.l1", step: 0, value: 1)
  try recorder.finish()
case "hold":
  let lock = try store.lock(stage: stage)
  _ = try store.begin(stage: stage)
  say(lock == nil ? "the lock is taken" : "begun")
  while true { sleep(60) }
case "take-in":
  while true {
    try store.takeInRecords(ofStages: [stage])
    say("taken in")
  }
case "measure":
  try measureRecording(store, stage)
case "fill":
  try BenchmarkStore(store: store).fill(runs: Int(stage) ?? 0)
default:
  exit(64)
}
