import ArgumentParser
import Foundation
import RunStore

/// What the shell may put where the cursor is, out of the store that the line so far names.
extension StoreOptions {
  /// Names of runs; where something was begun, it may be an id too.
  static let runCompletion = completion { store, prefix in
    let runs = try store.runs(limit: 200)
    return runs.map(\.name) + (prefix.isEmpty ? [] : runs.map(\.id))
  }

  static let deletedRunCompletion = completion { store, _ in
    try store.deletedRuns().flatMap { [$0.name, $0.id] }
  }

  static let sweepCompletion = completion { store, _ in try store.sweeps().map(\.name) }

  static let metricCompletion = completion(isList: true) { store, _ in try store.metricKeys(ofRun: nil) }

  /// Settings, and the blocks that they lie in.
  static let settingCompletion = completion(isList: true) { store, _ in
    let paths = try store.parameterPaths()
    let blocks = Set(paths.compactMap { path in path.lastIndex(of: ".").map { String(path[..<$0]) } })
    return blocks.sorted() + paths
  }

  static let baselineCompletion = completion(isList: true) { store, _ in try store.parameterPaths().map { $0 + "=" } }

  /// Parameters, metrics and attributes: all that a list of runs can be sorted by and show.
  static let columnCompletion = completion(isList: true) { store, _ in
    try ["id", "name", "sweep", "status", "created_at", "started_at", "ended_at", "wall_seconds", "seed"]
      + store.parameterPaths() + store.metricKeys(ofRun: nil)
  }

  private static func completion(
    isList: Bool = false, _ candidates: @escaping @Sendable (RunStore, String) throws -> [String]
  ) -> CompletionKind {
    .custom { words, _, prefix in
      let named = words.lastIndex(of: "--db").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
      guard let store = try? RunStore(path: named ?? usualPath, mode: .readOnly) else { return [] }
      // Of a list with commas, the last element is what is being typed; names of runs have commas of their own.
      let comma = isList ? prefix.lastIndex(of: ",") : nil
      let start = comma.map { prefix.index(after: $0) } ?? prefix.startIndex
      let word = String(prefix[start...])
      let found = (try? candidates(store, word)) ?? []
      return found.filter { $0.hasPrefix(word) }.map { prefix[..<start] + $0 }
    }
  }
}
