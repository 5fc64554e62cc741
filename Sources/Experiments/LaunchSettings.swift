/// The `launch:` block: how stages are executed. It changes no result, so it belongs to no identity.
public struct LaunchSettings: Equatable, Sendable {
  /// How often a stage is begun again whose trainer died or fell silent.
  public var retries = 0
  /// After how many seconds without a word a trainer counts as hung, and is ended; nil: never.
  public var silenceSeconds: Int? = 1800

  public init() {}
}
