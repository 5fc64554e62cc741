public import Experiments
public import RunStore

/// By what the scores of a comparison were measured.
public struct ScoreDefinitions: Sendable {
  /// By run id, what its scores are measured by.
  private let measures: [String: String]

  /// - Parameters:
  ///   - payloads: of the events `scored`, by the hash of the stage.
  public init(of runs: [RunSummary], payloads: [String: Value]) {
    measures = runs.reduce(into: [:]) { measures, run in
      let payload = run.stages.last { $0.kind == .evaluate }.flatMap { payloads[$0.hash] }
      if let payload { measures[run.id] = ScoreLines.measure(of: payload) }
    }
  }

  /// A line for each measure that `metrics` have; several are no common measure, and a warning.
  func notes(for metrics: [String]) -> [String] {
    let scores = metrics.filter { EvaluationConfiguration.Metric(rawValue: String($0.prefix { $0 != "." })) != nil }
    let known = Set(measures.values).sorted()
    guard !scores.isEmpty, !known.isEmpty else { return [] }
    let names = scores.joined(separator: ", ")
    if known.count == 1 { return ["\(names): \(known[0])."] }
    return ["Warning: \(names) were not all measured alike: \(known.joined(separator: " | "))."]
  }
}
