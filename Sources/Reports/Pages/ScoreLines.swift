import Experiments
import RunStore

/// A run's scores, and what they are made of.
struct ScoreLines {
  /// Events that say it.
  static let eventTypes: Set = ["scored", "closest_pairs"]

  /// A score's name, and its value with what goes with it.
  private(set) var rows: [(String, String)] = []
  /// What they are made of, and what they cost.
  let definition: String
  /// A file among the store's: pictures, and below each the picture that was trained on and is nearest to it.
  let closestPairs: String?
  /// Of the metrics that are told so.
  private(set) var keys: Set<String> = []

  /// Nil where nothing was scored.
  init?(_ metrics: [String: RunSummary.Metric], events: [RunEvent]) {
    guard let definition = events.last(where: { $0.type == "scored" })?.payload else { return nil }
    self.definition = Self.sentence(definition, metrics)
    let pairs = events.last { $0.type == "closest_pairs" }?.payload["file"]
    closestPairs = if case .string(let file)? = pairs { file } else { nil }
    for score in EvaluationConfiguration.Metric.allCases {
      let own = metrics.filter { $0.key == score.rawValue || $0.key.hasPrefix(score.rawValue + ".") }
      guard !own.isEmpty else { continue }
      keys.formUnion(own.keys)
      rows.append((score.rawValue, Self.text(of: own, score.rawValue)))
    }
  }

  /// `0.0123 (standard_error 0.0011)`.
  private static func text(of metrics: [String: RunSummary.Metric], _ name: String) -> String {
    let more = metrics.filter { $0.key != name }.sorted { $0.key < $1.key }
      .map { "\($0.key.dropFirst(name.count + 1)) \($0.value.last.rounded(significant: 4))" }
    let value = metrics[name]?.last.rounded(significant: 4) ?? "–"
    return more.isEmpty ? value : "\(value) (\(more.joined(separator: ", ")))"
  }

  private static func sentence(_ definition: Value, _ metrics: [String: RunSummary.Metric]) -> String {
    func text(_ key: String) -> String { definition[key]?.readable ?? "?" }
    var sampler = "\(text("sampler")), \(text("steps")) steps"
    if let cost = metrics["evaluation.seconds_per_picture"]?.last,
      let evaluations = metrics["evaluation.network_evaluations"]?.last
    {
      sampler += ": \(cost.rounded(significant: 3)) s and \(Int(evaluations)) network evaluations a picture"
    }
    return "\(measure(of: definition)); \(sampler)"
  }

  /// What scores are measured by, whatever was drawn with: two scores compare where this is the same.
  static func measure(of definition: Value) -> String {
    func text(_ key: String) -> String { definition[key]?.readable ?? "?" }
    return "n = \(text("pictures")), labels as \(text("labels")), against \(text("reference_pictures")) of "
      + "\(text("reference")); \(text("extractor")) \(text("extractor_sha256").prefix(12))"
  }
}
