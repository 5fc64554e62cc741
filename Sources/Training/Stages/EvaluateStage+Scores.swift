import Evaluation
import Experiments
import Torch

/// What gives a score its features, with the name that it goes by.
struct ScoreExtractor {
  let network: any FeatureExtractor
  /// `classifier`, or the file's name.
  let name: String
  /// Of the file with its weights.
  let sha256: String
}

/// Scores by features.
struct FeatureScores {
  let generated: Features
  let reference: Features
  /// What each generated picture was to show.
  let labels: [Int]
  /// That the reference is.
  let split: EvaluationConfiguration.Reference

  init(
    generated: Features, reference: Features, labels: [Int], split: EvaluationConfiguration.Reference
  ) {
    (self.generated, self.reference, self.labels, self.split) = (generated, reference, labels, split)
  }

  /// A score, and what goes with it, by key; none for those that go by pixels.
  /// - Throws: `InputError` where there are too few pictures, or the extractor knows no classes.
  mutating func values(of score: EvaluationConfiguration.Metric) throws -> [(key: String, value: Double)] {
    let key = score.rawValue
    switch score {
    case .fid:
      try require(generated.width + 1, for: score, because: " of \(generated.width) features")
      return [(key, frechetDistance(generated.values, reference.values))]
    case .kid:
      try require(KernelDistance.blocks, for: score)
      let distance = KernelDistance(generated.values, reference.values)
      return [(key, distance.value), ("\(key).standard_error", distance.standardError)]
    case .inceptionScore:
      let result = InceptionScore(logits: try logits(for: score))
      return [(key, result.mean), ("\(key).standard_deviation", result.standardDeviation)]
    case .classAccuracy:
      return [(key, Evaluation.classAccuracy(logits: try logits(for: score), labels: labels))]
    case .density:
      try require(DensityAndCoverage.neighbours + 1, for: score)
      return [(key, densityAndCoverage.density)]
    case .coverage:
      try require(DensityAndCoverage.neighbours + 1, for: score)
      return [(key, densityAndCoverage.coverage)]
    case .nearestNeighbour: return []
    }
  }

  private lazy var densityAndCoverage = DensityAndCoverage(
    generated: generated.values, reference: reference.values)

  private func logits(for score: EvaluationConfiguration.Metric) throws -> Tensor {
    guard let logits = generated.logits else {
      throw InputError(
        "\(score.rawValue) needs logits beside the features, and evaluation.extractor.file gives none; "
          + "leave it out of evaluation.metrics")
    }
    return logits
  }

  private func require(
    _ least: Int, for score: EvaluationConfiguration.Metric, because reason: String = ""
  ) throws {
    let samples = [
      ("pictures of evaluation.images are", generated.count),
      ("pictures of the \(split.rawValue) split are", reference.count),
    ]
    for (what, count) in samples where count < least {
      throw InputError(
        "\(count) \(what) too few for \(score.rawValue)\(reason): \(least) are needed; leave it out of "
          + "evaluation.metrics, or take more")
    }
  }
}

/// What the scores of a run are made of: the same numbers under another definition don't compare.
struct ScoreDefinition {
  private let configuration: Configuration
  private let extractor: ScoreExtractor
  private let pictures: Int
  private let reference: Int
  /// Of a picture; nil where none were needed.
  var features: Int?

  init(_ configuration: Configuration, _ extractor: ScoreExtractor, pictures: Int, reference: Int) {
    (self.configuration, self.extractor) = (configuration, extractor)
    (self.pictures, self.reference) = (pictures, reference)
  }

  var value: Value {
    let (evaluation, sampling) = (configuration.evaluation, configuration.sampling)
    var entries: [Value.Entry] = [
      .init("metrics", .list(configuration.scores.map { .string($0.rawValue) })),
      .init("pictures", .int(pictures)), .init("labels", .string(evaluation.labels.rawValue)),
      .init("reference", .string(evaluation.reference.rawValue)), .init("reference_pictures", .int(reference)),
      .init("extractor", .string(extractor.name)), .init("extractor_sha256", .string(extractor.sha256)),
    ]
    if let features { entries.append(.init("features", .int(features))) }
    entries += [
      .init("sampler", .string(sampling.sampler.rawValue)), .init("steps", .int(sampling.steps)),
      .init("eta", .double(sampling.eta)), .init("guidance", .double(sampling.guidance)),
      .init("precision", .string(sampling.precision.rawValue)),
    ]
    if configuration.scores.contains(.kid) { entries.append(.init("jackknife_blocks", .int(KernelDistance.blocks))) }
    if configuration.scores.contains(.inceptionScore) { entries.append(.init("splits", .int(InceptionScore.parts))) }
    if configuration.scores.contains(where: { $0 == .density || $0 == .coverage }) {
      entries.append(.init("neighbours", .int(DensityAndCoverage.neighbours)))
    }
    return .map(entries)
  }
}
