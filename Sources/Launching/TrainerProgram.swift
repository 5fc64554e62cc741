import Experiments
public import Foundation

/// Where `darkroom-trainer` is.
public enum TrainerProgram {
  /// What `DARKROOM_TRAINER` names, or else the program beside the one that runs.
  ///
  /// Throws `InputError` where there is none.
  public static func find(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> URL {
    if let path = environment["DARKROOM_TRAINER"], !path.isEmpty {
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw InputError("DARKROOM_TRAINER names \(path), which is no program")
      }
      return URL(fileURLWithPath: path)
    }
    let running = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments.first ?? "")
    let beside = running.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent(
      "darkroom-trainer")
    guard FileManager.default.isExecutableFile(atPath: beside.path) else {
      throw InputError(
        "there is no darkroom-trainer beside \(running.path); build it with scripts/darkroom, "
          + "or name it in DARKROOM_TRAINER")
    }
    return beside
  }
}
