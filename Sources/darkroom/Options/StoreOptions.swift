import ArgumentParser
import Experiments
import Foundation
import RunStore

/// Which store is meant.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp("The store. (default: runs.db here, or what DARKROOM_DB says)", valueName: "file"),
    completion: .file(extensions: ["db"]))
  var file: String?

  var path: String { file ?? StoreOptions.usualPath }

  /// Whether it is found without being named.
  var isUsual: Bool { path == StoreOptions.usualPath }

  static var usualPath: String {
    let path = ProcessInfo.processInfo.environment["DARKROOM_DB"] ?? ""
    return path.isEmpty ? "runs.db" : path
  }

  /// The store for questions; nothing is made where there is none. What Slurm's tasks have told meanwhile is taken in
  /// first, where it can be.
  func open() throws -> RunStore {
    let store = try open(.readOnly)
    if try !store.stagesWithSlurm().isEmpty { try? open(.existing).takeInRecords() }
    return store
  }

  /// The store to change what is in it.
  func openForWriting() throws -> RunStore { try open(.existing) }

  private func open(_ mode: RunStore.Mode) throws -> RunStore {
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        "there is no such store; `darkroom run` and `darkroom sweep` make one, and --db names another", file: path)
    }
    return try RunStore(path: path, mode: mode)
  }
}
