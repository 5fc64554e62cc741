import Datasets
import Experiments
import Foundation
import RunStore

/// Makes the data, and leaves them as a file that the other stages read.
struct PrepareStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines

  static func path(of hash: String) -> String { "data/\(hash).safetensors" }

  func run() throws {
    progress.phase("data", of: stage)
    let configuration = try Configuration(stage.parameters)
    let dataset = try Dataset.prepare(configuration.data)
    let data = PreparedData(dataset)
    let path = Self.path(of: stage.hash)
    let url = artifacts.appendingPathComponent(path)
    try makeFolder(of: url)
    try data.write(to: url)
    func counts(_ values: [Int]) -> Value {
      .map(zip(dataset.classNames, values).map { Value.Entry($0, .int($1)) })
    }
    try recorder.record([
      .environment([
        "data.digest": .string(dataset.digest), "data.classes": counts(dataset.classCounts()),
        "data.train": .int(dataset.split.train.count), "data.validation": .int(dataset.split.validation.count),
        "data.test": .int(dataset.split.test.count), "data.filtered": counts(dataset.filteredCounts),
        "data.duplicates": .int(dataset.duplicates.count), "data.near_duplicates": .int(dataset.nearDuplicates.count),
        "data.contradictions": .int(dataset.contradictions.count),
        "data.understood": dataset.understood.map(Value.string) ?? .null,
        "data.broken": .list(dataset.broken.map { .string("\($0.name): \($0.reason)") }),
      ]),
      .checkpoint(try describe(url, state: stage.hash, epochs: 0, path: path)),
    ])
  }
}
