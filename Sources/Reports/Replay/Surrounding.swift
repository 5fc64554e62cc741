import Experiments

/// Something around a run that its result may depend on, as it was and as it is.
public struct Surrounding: Equatable, Sendable {
  public let name: String
  /// Nil where it was not recorded. Several where the run's stages were executed in several surroundings.
  public let recorded: String?
  public let now: String?

  public var isSame: Bool { recorded == now }

  private static let names = [
    "darkroom", "libtorch", "processor", "processors", "system", "host", "git.commit", "git.dirty",
  ]

  /// Of stages one after the other, as `RunStore.environments(ofRun:)` gives them.
  static func all(recorded: [[String: Value]], now: [[String: Value]]) -> [Surrounding] {
    let numerics = Set(now.flatMap(\.keys)).filter { $0.hasPrefix("numerics.") }.sorted()
    func values(_ name: String, _ stages: [[String: Value]]) -> String? {
      let texts = stages.compactMap { $0[name]?.readable }
      return texts.isEmpty
        ? nil
        : texts.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
          .joined(separator: ", ")
    }
    return (names + numerics).map { Surrounding(name: $0, recorded: values($0, recorded), now: values($0, now)) }
      .filter { $0.recorded != nil || $0.now != nil }
  }
}
