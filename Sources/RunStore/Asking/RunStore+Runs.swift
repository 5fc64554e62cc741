import Experiments

extension RunStore {
  /// Runs that match, the newest first unless `sort` says otherwise, ties by id.
  ///
  /// `sweep`: its name; throws `InputError` where there is none of that name. `limit`: nil for all.
  public func runs(
    matching filter: Filter? = nil, sweep: String? = nil, sort: RunOrder? = nil, limit: Int? = nil
  ) throws -> [RunSummary] {
    throw StoreError(path: path, message: "not written yet")
  }

  /// One run by its id. Throws `InputError` where there is none.
  public func summary(ofRun id: String) throws -> RunSummary {
    throw StoreError(path: path, message: "not written yet")
  }

  /// The id of the run that a person means: an id, an id's unique beginning, or a unique name. Throws `InputError`
  /// with the nearest names where that is none or several.
  public func run(named text: String) throws -> String {
    throw StoreError(path: path, message: "not written yet")
  }
}
