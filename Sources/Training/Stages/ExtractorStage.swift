import Datasets
import Evaluation
import Experiments
import Foundation
import RunStore
import Torch
import TorchNN

/// Trains the classifier by whose features pictures are scored. All runs on the same data share it, so nothing but the
/// data and `data.seed` has a say in it.
struct ExtractorStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines
  let data: PreparedData

  static func path(of hash: String) -> String { "extractors/\(hash).safetensors" }

  func run() throws {
    progress.phase("extractor", of: stage)
    // Threads decide the order of sums.
    Runtime.threads = 1
    let seed = try Configuration(stage.parameters).data.seed
    let (trained, classes) = (data.split.train, data.classNames.count)
    let labels = trained.map { data.labels[$0] }
    let order = EpochOrder(
      pictures: Array(trained.indices), labels: labels, classCount: classes, balance: .inverseFrequency,
      batchSize: ClassifierTraining.batchSize, seed: seed)
    let training = ClassifierTraining(pictures: data.pixels(trained), labels: labels, classes: classes)
    let classifier = try training.run(seed: seed, order: order.indices, pause: Interruption.check)

    let path = Self.path(of: stage.hash)
    let url = artifacts.appendingPathComponent(path)
    try makeFolder(of: url)
    try Safetensors(classifier.state(), metadata: ["format": "pt"]).write(to: url)
    var records: [Record.Content] = [.checkpoint(try describe(url, state: stage.hash, epochs: 0, path: path))]
    if let accuracy = try accuracy(of: classifier) {
      records.append(.environment(["extractor.accuracy": .double(accuracy)]))
    }
    try recorder.record(records)
  }

  /// On the pictures that it wasn't trained on; nil where there are none.
  private func accuracy(of classifier: Classifier) throws -> Double? {
    let heldOut = data.split.validation + data.split.test
    guard !heldOut.isEmpty,
      let logits = try classifier.features(ofAll: data.pixels(heldOut), pause: Interruption.check).logits
    else { return nil }
    return classAccuracy(logits: logits, labels: heldOut.map { data.labels[$0] })
  }
}
