/// Keys that the design names and this version lacks. Refusing them by name tells a person that the spelling is right.
enum LaterKeys {
  private static let paths: Set<String> = [
    "stop", "data.attributes", "conditioning.attributes",
  ]

  static let sweepMethods = ["bayes"]

  static func contains(_ path: String) -> Bool {
    paths.contains(path)
  }

  static func message(_ name: String) -> String {
    "`\(name)` is not available in this version"
  }
}
