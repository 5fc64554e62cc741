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

  private static var usualPath: String {
    let path = ProcessInfo.processInfo.environment["DARKROOM_DB"] ?? ""
    return path.isEmpty ? "runs.db" : path
  }

  /// The store for questions; nothing is made where there is none.
  func open() throws -> RunStore {
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        "there is no such store; `darkroom run` and `darkroom sweep` make one, and --db names another", file: path)
    }
    return try RunStore(path: path, mode: .readOnly)
  }

  /// What may stand for a RUN, for the shell: names, and ids too where an id was begun.
  static func runCompletions(words: [String], prefix: String) -> [String] {
    let option = words.lastIndex(of: "--db").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    guard let store = try? RunStore(path: option ?? usualPath, mode: .readOnly), let runs = try? store.runs(limit: 200)
    else { return [] }
    let names = runs.map(\.name).filter { $0.hasPrefix(prefix) }
    return names.isEmpty || prefix.isEmpty ? names : names + runs.map(\.id).filter { $0.hasPrefix(prefix) }
  }

  static let runCompletion = CompletionKind.custom { words, _, prefix in runCompletions(words: words, prefix: prefix) }

  static let metricCompletion = CompletionKind.custom { words, _, prefix in
    let option = words.lastIndex(of: "--db").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    let store = try? RunStore(path: option ?? usualPath, mode: .readOnly)
    return ((try? store?.metricKeys(ofRun: nil)) ?? []).filter { $0.hasPrefix(prefix) }
  }
}
