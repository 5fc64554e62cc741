import Files
import Foundation

/// What has to hold of an evaluation.
enum EvaluationRules {
  /// A covariance of d features has full rank only from d + 1 pictures on.
  static func picturesSuffice(_ configuration: Configuration) -> Fault? {
    let features = EvaluationConfiguration.classifierFeatures
    guard let images = configuration.evaluation.images, configuration.scores.contains(.fid),
      configuration.evaluation.extractor == nil, images <= features
    else { return nil }
    return Fault(
      paths: ["evaluation.images", "evaluation.metrics"],
      message: "evaluation.images is \(images), and fid needs more pictures than the \(features) features of the "
        + "classifier, or no fid in evaluation.metrics", suggestion: "images: \(features * 8)")
  }

  static func extractorIsNamed(_ evaluation: EvaluationConfiguration) -> Fault? {
    guard evaluation.images != nil, let extractor = evaluation.extractor else { return nil }
    let digest = extractor.sha256
    guard digest.count != 64 || !digest.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
    return Fault(
      paths: ["evaluation.extractor.sha256", "evaluation.extractor.file"],
      message: digest.isEmpty
        ? "evaluation.extractor.file needs evaluation.extractor.sha256, as `sha256sum` prints it"
        : "evaluation.extractor.sha256 is no SHA-256 of 64 hexadecimal digits", suggestion: sha256(of: extractor.path))
  }

  static func referenceHasPictures(_ configuration: Configuration) -> Fault? {
    let (evaluation, split) = (configuration.evaluation, configuration.data.split)
    let share =
      switch evaluation.reference {
      case .train: split.train
      case .validation: split.validation
      case .test: split.test
      }
    guard !configuration.scores.isEmpty, share == 0 else { return nil }
    let name = evaluation.reference.rawValue
    return Fault(
      paths: ["evaluation.reference", "data.split.\(name)"],
      message: "evaluation.reference is \(name), and data.split.\(name) is 0", suggestion: "reference: train")
  }

  /// That the file is the one that is meant; to be asked once a file.
  static func extractorIsTheOne(_ evaluation: EvaluationConfiguration) -> Fault? {
    guard evaluation.images != nil, let extractor = evaluation.extractor, let actual = sha256(of: extractor.path),
      actual != extractor.sha256
    else { return nil }
    return Fault(
      paths: ["evaluation.extractor.sha256", "evaluation.extractor.file"],
      message: "evaluation.extractor.sha256 is not that of \(extractor.path)", suggestion: actual)
  }

  private static func sha256(of path: String) -> String? {
    try? FileDigest(of: URL(filePath: path)).sha256
  }
}
