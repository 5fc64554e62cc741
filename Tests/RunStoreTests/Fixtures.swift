import Experiments
import Foundation

@testable import RunStore

/// An empty folder that is gone when the test is.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "darkroom-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String {
    url.appending(path: name).path(percentEncoded: false)
  }
}

/// A hash that stands for `name`: 64 hexadecimal digits.
func hash(_ name: String) -> String {
  let digits = name.utf8.map { String($0, radix: 16) }.joined()
  return String((digits + String(repeating: "0", count: 64)).prefix(64))
}

/// A run of prepare → train → sample; runs of the same `training` share its stages but the last.
func plannedRun(_ name: String, training: String = "t", parameters: Parameters = [:], axes: [AxisValue] = [])
  -> PlannedRun
{
  PlannedRun(
    id: String(hash("run " + name).dropFirst(8).prefix(12)), name: name,
    parameters: ["seed": 7, "model.dropout": 0.2, "conditioning.bottleneck": nil].merging(parameters) { $1 },
    axes: axes,
    stages: [hash("data"), hash(training), hash("sample " + name)])
}

func plan(_ runs: [PlannedRun], name: String = "quickstart", epochs: Int = 3) -> Plan {
  var stages: [Stage] = []
  for run in runs {
    let states = (0..<epochs).map { hash("state \($0) of " + run.stages[1]) } + [run.stages[1]]
    let path = [
      Stage(hash: run.stages[0], kind: .prepare, parents: [], parameters: run.parameters),
      Stage(
        hash: run.stages[1], kind: .train, parents: [run.stages[0]], parameters: run.parameters, epochs: epochs,
        states: states, keep: [epochs]),
      Stage(
        hash: run.stages[2], kind: .sample, parents: [run.stages[1]], parameters: run.parameters, epochs: epochs,
        states: [run.stages[1]]),
    ]
    stages += path.filter { stage in !stages.contains { $0.hash == stage.hash } }
  }
  return Plan(experiment: Experiment(name: name, question: "Which?", file: "\(name).yaml"), runs: runs, stages: stages)
}

/// A store in `folder` with one run registered.
func storeWithOneRun(in folder: TemporaryFolder) throws -> (store: RunStore, run: PlannedRun) {
  let store = try RunStore(path: folder.path("runs.db"), mode: .create)
  let run = plannedRun("one")
  try store.register(plan([run]))
  return (store, run)
}
