/// Keys that the design names and this version lacks. Refusing them by name tells a person that the spelling is right.
enum LaterKeys {
  private static let paths: Set<String> = [
    "evaluation", "slurm", "retries", "stop", "data.attributes", "conditioning.attributes", "sweep.early_terminate",
  ]

  static let sweepMethods = ["random", "tpe", "bayes"]
  static let metrics = [
    "fid", "kid", "inception_score", "class_accuracy", "density", "coverage", "nearest_neighbour",
  ]

  static func contains(_ path: String) -> Bool {
    paths.contains(path)
  }

  static func message(_ name: String) -> String {
    "`\(name)` is not available in this version"
  }
}
