import RunStore

/// Names of folders, one a run: the run's own name, whose slashes make folders within folders.
enum RunFolders {
  /// File systems take no more in one name.
  private static let mostBytes = 200

  /// By run id. Names that several runs have, and names that had to be cut, end in the run's id.
  static func names(of runs: [RunSummary]) -> [String: String] {
    let counts = Dictionary(grouping: runs) { path(of: $0.name) }.mapValues(\.count)
    return runs.reduce(into: [:]) { names, run in
      let path = path(of: run.name)
      let isClear = counts[path] == 1 && !path.isEmpty && path.utf8.count == run.name.utf8.count
      names[run.id] = isClear ? path : path.isEmpty ? run.id : "\(path) \(run.id)"
    }
  }

  private static func path(of name: String) -> String {
    name.split(separator: "/").map { part in
      var kept = String(part)
      while kept.utf8.count > mostBytes { kept.removeLast() }
      return kept.allSatisfy { $0 == "." } ? String(repeating: "_", count: kept.count) : kept
    }.joined(separator: "/")
  }
}
