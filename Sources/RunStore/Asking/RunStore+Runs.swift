import Experiments
import GRDB

extension RunStore {
  /// Runs that match and aren't deleted, the newest first unless `sort` says otherwise, ties by id.
  ///
  /// `sweep`: its name; throws `InputError` where there is none of that name, and where filter or sort name what is
  /// unknown. `limit`: nil for all. `metrics`: only these are read; nil for all.
  public func runs(
    matching filter: Filter? = nil, sweep: String? = nil, sort: RunOrder? = nil, limit: Int? = nil,
    metrics: [String]? = nil
  ) throws -> [RunSummary] {
    try read { database in
      var chosen = try filter.map { try FilterEvaluation.runs(matching: $0, in: database) }
      if let sweep {
        let members = try members(ofSweep: sweep, in: database)
        chosen = chosen?.intersection(members) ?? members
      }
      chosen = try RunSet.withoutDeleted(chosen, in: database)
      let walk = try sort.map { try RunWalk($0, in: database) } ?? .newestFirst
      let numbers = try walk?.runs(among: chosen, limit: limit, in: database) ?? []
      return try RunReader(database: database, metrics: metrics).runs(numbers)
    }
  }

  private func members(ofSweep name: String, in database: Database) throws -> RunSet {
    let sweep = try Int64.fetchOne(database, sql: "SELECT number FROM sweep WHERE name = ?", arguments: [name])
    guard let sweep else {
      let names = try String.fetchAll(database, sql: "SELECT name FROM sweep ORDER BY name")
      throw InputError("no sweep is called '\(name)'", suggestion: InputError.nearest(to: name, among: names))
    }
    return try RunSelection("SELECT run FROM sweep_run WHERE sweep = ?", [sweep]).runs(in: database)
  }

  /// One run by its id. Throws `InputError` where there is none.
  public func summary(ofRun id: String) throws -> RunSummary {
    try read { database in
      let number = try runNumber(id, in: database, path: path)
      guard let run = try RunReader(database: database).runs([number]).first else {
        throw InputError("no run has the id '\(id)'", file: path)
      }
      return run
    }
  }
}
