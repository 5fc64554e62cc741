import Datasets
import Experiments
import Foundation
import RunStore

/// A folder for `tensorboard --logdir`: a folder a run, named after it, with its curves, sample grids, events and
/// hyperparameters; beside them a file that says which hyperparameters and metrics there are to compare.
struct TensorBoardFolder {
  let runs: [RunSummary]
  let store: RunStore

  func write(to folder: URL) throws {
    let names = RunFolders.names(of: runs)
    for run in runs {
      try write(try ExportedRun(run, in: store), to: folder.appending(path: names[run.id] ?? run.id))
    }
    let start = runs.map(\.createdAt).min() ?? .now
    var file = EventFile(start: start)
    file.add(
      hyperparameters: Hyperparameters.experiment(of: runs), tag: Hyperparameters.experimentTag, time: start)
    try write(file, from: start, to: folder)
  }

  private func write(_ run: ExportedRun, to folder: URL) throws {
    let start = run.summary.startedAt ?? run.summary.createdAt
    let file = Self.file(of: run)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(file, from: start, to: folder)
  }

  static func file(of run: ExportedRun) -> EventFile {
    let start = run.summary.startedAt ?? run.summary.createdAt
    var file = EventFile(start: start)
    file.add(hyperparameters: Hyperparameters.start(of: run.summary), tag: Hyperparameters.startTag, time: start)
    for (key, points) in run.histories.sorted(by: { $0.key < $1.key }) {
      for point in points { file.add(scalar: point.value, tag: key, step: point.step, time: point.time) }
    }
    for event in run.events {
      let text = event.payload == .null ? "" : " `\(event.payload.json)`"
      file.add(text: "**\(event.type)**\(text)", tag: "events", step: event.epoch, time: event.time)
    }
    for grid in run.grids {
      let sheet = grid.sheet
      file.add(
        picture: sheet.png(), width: sheet.width, height: sheet.height, tag: "samples", step: grid.epoch,
        time: run.summary.endedAt ?? start)
    }
    file.add(
      hyperparameters: Hyperparameters.end(of: run.summary), tag: Hyperparameters.endTag,
      time: run.summary.endedAt ?? start)
    return file
  }

  private func write(_ file: EventFile, from start: Timestamp, to folder: URL) throws {
    let name = "events.out.tfevents.\(start.milliseconds / 1000).darkroom"
    try Data(file.bytes).write(to: folder.appending(path: name))
  }
}
