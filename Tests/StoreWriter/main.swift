// Writes to a store until it is done or killed, for tests of what a death or a crowd of processes does to it.
//
//   StoreWriter log F.db STAGE KEY COUNT   begins the stage and records a metric a step; prints each step once it is
//                                          acknowledged
//   StoreWriter create F.db STAGE          makes or opens the store, registers a run, and records one metric
//   StoreWriter fill F.db RUNS             fills a store for scripts/benchmark-store
//   StoreWriter measure F.db durable|bulk  prints how long recording takes, in a new store
//   StoreWriter hold F.db STAGE            begins the stage with its lock held, prints a line, and waits to be killed
import Experiments
import Foundation
import RunStore

let arguments = CommandLine.arguments
let store = try RunStore(path: arguments[2], mode: .create)
let stage = arguments[3]

func say(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

switch arguments[1] {
case "log":
  let recorder = try store.begin(stage: stage)
  for step in 0..<(Int(arguments[5]) ?? 0) {
    try recorder.metric(arguments[4], step: step, value: Double(step) / 2)
    say("\(step)")
  }
  try recorder.finish()
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
case "measure":
  try measureRecording(store, stage)
case "fill":
  try BenchmarkStore(store: store).fill(runs: Int(stage) ?? 0)
default:
  exit(64)
}
