import Experiments
import GRDB

extension RunStore {
  /// Runs that match, the newest first unless `sort` says otherwise, ties by id.
  ///
  /// `sweep`: its name; throws `InputError` where there is none of that name, and where filter or sort name what is
  /// unknown. `limit`: nil for all.
  public func runs(
    matching filter: Filter? = nil, sweep: String? = nil, sort: RunOrder? = nil, limit: Int? = nil
  ) throws -> [RunSummary] {
    try read { database in
      var query = RunQuery()
      if let sweep { try query.restrict(toSweep: sweep, in: database) }
      if let filter { try query.restrict(to: filter, in: database) }
      if let sort {
        try query.order(by: sort, in: database)
      } else {
        query.orderByCreation()
      }
      return try RunReader(database: database).runs(query, limit: limit)
    }
  }

  /// One run by its id. Throws `InputError` where there is none.
  public func summary(ofRun id: String) throws -> RunSummary {
    try read { database in
      var query = RunQuery()
      query.restrict("run.id = ?", [id])
      guard let run = try RunReader(database: database).runs(query, limit: 1).first else {
        throw InputError("no run has the id '\(id)'", file: path)
      }
      return run
    }
  }
}
