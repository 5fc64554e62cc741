/// What of Darkroom itself a result depends on.
public enum Engine {
  /// Darkroom's, as `darkroom --version` says it.
  public static let version = "0.1.0"

  /// The number of the arithmetic by which stages of a kind are executed with these settings: it is raised when that
  /// changes.
  public static func numerics(of kind: StageKind, _ parameters: Parameters) -> Int {
    switch kind {
    case .prepare: Identity.Numerics.prepare
    case .train, .sample, .draw: Identity.Numerics.network(parameters)
    case .extractor: Identity.Numerics.extractor
    case .evaluate: Identity.Numerics.evaluate
    }
  }
}
