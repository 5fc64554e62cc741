import Datasets
import Evaluation
import Experiments
import Files
import Foundation
import RunStore
import Torch

/// Scores drawn pictures against a split of the data, and tells of every score what it is made of.
struct EvaluateStage {
  let stage: Stage
  let recorder: Recorder
  let artifacts: URL
  let progress: ProgressLines
  let data: PreparedData
  let pictures: DrawnPictures
  let extractor: ScoreExtractor

  private static let pairs = 16

  static func pairsPath(of hash: String) -> String { "evaluations/\(hash)/closest-pairs.png" }

  func run() throws {
    progress.phase("evaluate", of: stage)
    let configuration = try Configuration(stage.parameters)
    Runtime.threads = configuration.training.threads
    let reference = data.indices(of: configuration.evaluation.reference)
    guard !reference.isEmpty else {
      throw InputError(
        "the \(configuration.evaluation.reference.rawValue) split has no pictures to compare with: choose another "
          + "evaluation.reference")
    }
    let scores = configuration.scores
    let epoch = pictures.epochs - 1

    var values: [(key: String, value: Double)] = []
    var definition = ScoreDefinition(configuration, extractor, pictures: pictures.count, reference: reference.count)
    if scores.contains(where: { $0 != .nearestNeighbour }) {
      let generated = try extractor.network.features(ofAll: pictures.tensor, pause: Interruption.check)
      let real = try extractor.network.features(ofAll: data.pixels(reference), pause: Interruption.check)
      guard generated.values.isFinite, real.values.isFinite, generated.logits?.isFinite ?? true else {
        throw InputError("what comes of \(extractor.name) are not all finite numbers, so they give no score")
      }
      var featureScores = FeatureScores(
        generated: generated, reference: real, labels: pictures.labels, split: configuration.evaluation.reference)
      for score in scores { values += try featureScores.values(of: score) }
      definition.features = generated.width
    }
    var records: [Record.Content] = []
    if scores.contains(.nearestNeighbour) {
      let (neighbours, event) = try nearestNeighbours(epoch)
      values += neighbours
      records.append(event)
    }
    records += values.map { .metric(key: $0.key, step: epoch, value: $0.value) }
    records.append(.event(type: "scored", epoch: epoch, payload: definition.value))
    try recorder.record(records)
  }

  /// How near the pictures are to those that were trained on, and the nearest pairs as a picture.
  private func nearestNeighbours(
    _ epoch: Int
  ) throws -> (values: [(key: String, value: Double)], event: Record.Content) {
    let trained = data.pixels(data.split.train)
    let drawn = pictures.tensor
    let neighbours = NearestNeighbours(of: drawn, among: trained)
    let key = EvaluationConfiguration.Metric.nearestNeighbour.rawValue
    let median = neighbours.median ?? 0
    var values = [("\(key).distance", median), ("\(key).least", neighbours.distances.min() ?? 0)]
    let heldOut = data.split.validation + data.split.test
    if !heldOut.isEmpty,
      let usual = NearestNeighbours(of: data.pixels(heldOut), among: trained).median, usual > 0
    {
      values = [(key, median / usual), ("\(key).held_out", usual)] + values
    }

    let closest = neighbours.closest(Self.pairs)
    let sheet = Picture.pairs(drawn, trained, closest.map { ($0, neighbours.indices[$0]) })
    let path = Self.pairsPath(of: stage.hash)
    let url = artifacts.appendingPathComponent(path)
    try makeFolder(of: url)
    try DurableFile.write(Data(sheet.png()), to: url)
    let event = Record.Content.event(
      type: "closest_pairs", epoch: epoch,
      payload: [
        "file": .string(path),
        "pairs": .list(
          closest.map { picture in
            [
              "picture": .int(picture), "train": .int(data.split.train[neighbours.indices[picture]]),
              "distance": .double(neighbours.distances[picture]),
            ]
          }),
      ])
    return (values, event)
  }
}

extension PreparedData {
  fileprivate func indices(of reference: EvaluationConfiguration.Reference) -> [Int] {
    switch reference {
    case .train: split.train
    case .validation: split.validation
    case .test: split.test
    }
  }
}
