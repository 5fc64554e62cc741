/// How many pictures are drawn from a trained network to be scored, and against what.
public struct EvaluationConfiguration: Equatable, Sendable {
  /// Each by the key under which its score is recorded.
  public enum Metric: String, CaseIterable, Sendable {
    /// Fréchet distance of the features (Heusel et al. 2017); with Inception's features, the FID of the literature.
    case fid
    /// Squared maximum mean discrepancy of the features (Bińkowski et al. 2018).
    case kid
    case inceptionScore = "inception_score"
    /// Share of pictures that the classifier takes for what was asked for.
    case classAccuracy = "class_accuracy"
    /// With `coverage`, Naeem et al. 2020.
    case density, coverage
    /// How near the pictures are to those trained on, measured by how near held-out ones are.
    case nearestNeighbour = "nearest_neighbour"
  }

  public enum Reference: String, CaseIterable, Sendable { case train, validation, test }

  public enum Labels: String, CaseIterable, Sendable { case data, equal }

  /// A TorchScript file.
  public struct ExtractorFile: Equatable, Sendable {
    /// Absolute once resolved.
    public var path: String
    /// 64 hexadecimal digits.
    public var sha256: String
  }

  /// Nil: nothing is evaluated.
  public var images: Int?
  /// As the file names them.
  public var metrics: [Metric]
  public var reference: Reference
  public var labels: Labels
  var extractorPath: String?
  var extractorSHA256: String?

  /// Nil: the built-in classifier.
  public var extractor: ExtractorFile? {
    extractorPath.map { ExtractorFile(path: $0, sha256: extractorSHA256 ?? "") }
  }

  /// Features of the built-in classifier.
  public static let classifierFeatures = 64
}

extension Configuration {
  /// The scores that mean something here, each once: what was asked for in the picture has to have been told to the
  /// network, and to be among what the extractor tells apart.
  public var scores: [EvaluationConfiguration.Metric] {
    guard evaluation.images != nil else { return [] }
    let knowsClasses = conditioning.kind == .label && evaluation.extractor == nil
    return EvaluationConfiguration.Metric.allCases.filter { metric in
      evaluation.metrics.contains(metric) && (metric != .classAccuracy || knowsClasses)
    }
  }
}

extension EvaluationConfiguration {
  init(_ reader: ParameterReader) throws {
    images = try reader.optional("evaluation.images", reader.integer)
    metrics = try reader.choices("evaluation.metrics")
    reference = try reader.choice("evaluation.reference")
    labels = try reader.choice("evaluation.labels")
    extractorPath = try reader.optional("evaluation.extractor.file", reader.text)
    extractorSHA256 = try reader.optional("evaluation.extractor.sha256", reader.text)
  }

  var parameters: Parameters {
    [
      "evaluation.images": images.map(Value.int) ?? .null,
      "evaluation.metrics": .list(metrics.map { .string($0.rawValue) }),
      "evaluation.reference": .string(reference.rawValue),
      "evaluation.labels": .string(labels.rawValue),
      "evaluation.extractor.file": extractorPath.map(Value.string) ?? .null,
      "evaluation.extractor.sha256": extractorSHA256.map(Value.string) ?? .null,
    ]
  }
}
