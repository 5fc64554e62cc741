import ArgumentParser
import Experiments
import RunStore

/// Which of a store's runs are meant, where they aren't named.
struct RunChoice: ParsableArguments {
  @Option(help: ArgumentHelp("The runs of this sweep.", valueName: "name"), completion: StoreOptions.sweepCompletion)
  var sweep: String?

  @Option(help: ArgumentHelp("The runs that this filter finds, as in `darkroom runs`.", valueName: "filter"))
  var filter: String?

  /// As named, or the newest first; all of the store where nothing is said.
  /// - Parameter metrics: the only ones that are read of many runs; nil: all.
  func runs(named names: [String], in store: RunStore, metrics: [String]? = nil) throws -> [RunSummary] {
    if !names.isEmpty {
      var ids: [String] = []
      for id in try names.map({ try store.run(named: $0) }) where !ids.contains(id) { ids.append(id) }
      return try ids.map { try store.summary(ofRun: $0) }
    }
    return try store.runs(matching: filter.map { try Filter($0) }, sweep: sweep, metrics: metrics)
  }

  func requireOneChoice(besides names: [String]) throws {
    if [!names.isEmpty, sweep != nil, filter != nil].count(where: { $0 }) > 1 {
      throw ValidationError("Runs are given by name, by --sweep, or by --filter: by one of them.")
    }
  }
}
