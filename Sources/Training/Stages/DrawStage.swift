import Datasets
import Evaluation
import Experiments
import Foundation
import RunStore
import Torch

/// Draws the pictures that are to be scored: picture k from the kth noise of evaluations, whatever was drawn before it.
struct DrawStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines
  let data: PreparedData
  let checkpoint: CheckpointFile
  /// Throws where work should stop; asked before each step of a sampler.
  var interruption: () throws -> Void = Interruption.check

  static func path(of hash: String) -> String { "pictures/\(hash).safetensors" }

  func run() throws {
    let configuration = try Configuration(stage.parameters)
    guard let count = configuration.evaluation.images else {
      throw InputError("the stage \(stage.hash) doesn't say how many pictures to draw")
    }
    let drawing = try ClassDrawing(
      configuration, classes: data.classNames.count, weights: checkpoint.sampledWeights, purpose: "evaluation",
      seed: configuration.seed)
    let shares =
      configuration.evaluation.labels == .data
      ? data.trainShares : data.classNames.map { _ in 1 / Double(data.classNames.count) }
    var pictures = DrawnPictures(
      labels: labelMix(count: count, shares: shares, seed: configuration.seed), size: configuration.data.size,
      epochs: checkpoint.progress.epochs)
    try resume(&pictures)
    try draw(&pictures, drawing)

    let path = Self.path(of: stage.hash)
    let url = artifacts.appendingPathComponent(path)
    try pictures.write(to: url)
    let epoch = pictures.epochs - 1
    try recorder.record([
      .metric(
        key: "evaluation.seconds_per_picture", step: epoch, value: pictures.seconds / Double(pictures.count)),
      .metric(
        key: "evaluation.network_evaluations", step: epoch, value: Double(drawing.networkEvaluations)),
      .checkpoint(try describe(url, state: stage.hash, epochs: pictures.epochs, path: path)),
    ])
    try? FileManager.default.removeItem(at: unfinished)
  }

  private func draw(_ pictures: inout DrawnPictures, _ drawing: ClassDrawing) throws {
    var saveTimer = SaveTimer()
    do {
      for first in stride(from: pictures.count, to: pictures.labels.count, by: SampleStage.batchSize) {
        let start = ContinuousClock.now
        let batch = Array(first..<min(first + SampleStage.batchSize, pictures.labels.count))
        pictures.levels += try drawing.draw(noiseIndices: batch, labels: batch.map { pictures.labels[$0] }) {
          try interruption()
          progress.sampling(stage, done: first, of: pictures.labels.count)
        }
        pictures.seconds += (ContinuousClock.now - start) / .seconds(1)
        if saveTimer.isDue { try saveTimer.measure { try pictures.write(to: unfinished) } }
      }
    } catch let stop as Interruption.Stopped {
      try pictures.write(to: unfinished)
      throw stop
    }
  }

  // MARK: Going on

  /// Whole batches of a stopped attempt.
  private var unfinished: URL { artifacts.appendingPathComponent("resume/\(stage.hash).pictures.safetensors") }

  private func resume(_ pictures: inout DrawnPictures) throws {
    guard FileManager.default.fileExists(atPath: unfinished.path) else { return }
    let epoch = pictures.epochs - 1
    do {
      pictures = try DrawnPictures(contentsOf: unfinished)
      try recorder.event("resumed", epoch: epoch, payload: ["pictures": .int(pictures.count)])
    } catch let error as FormatError {
      try recorder.event(
        "checkpoint.refused", epoch: epoch,
        payload: ["file": .string(unfinished.lastPathComponent), "reason": .string(error.reason)])
    }
  }
}

extension PreparedData {
  /// Of each class in the train split, summing to 1.
  fileprivate var trainShares: [Double] {
    var shares = [Double](repeating: 0, count: classNames.count)
    for index in split.train { shares[labels[index]] += 1 / Double(split.train.count) }
    return shares
  }
}
