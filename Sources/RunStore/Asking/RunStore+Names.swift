import Experiments
import GRDB

/// Whether runs that are deleted are meant, or those that aren't.
public enum Presence: Sendable { case present, deleted }

extension RunStore {
  /// The id of the run that a person means: an id, an id's unique beginning, or a unique name. Throws `InputError`
  /// with the nearest names where that is none or several.
  public func run(named text: String, _ presence: Presence = .present) throws -> String {
    try read { database in
      let found = try matches(text, presence, in: database)
      if found.count == 1 { return found[0].id }
      guard found.isEmpty else {
        let several = found.prefix(5).map { "\($0.id) (\($0.name))" }
        let rest = found.count > 5 ? ", …" : ""
        throw InputError("several runs are meant by '\(text)': \(several.joined(separator: ", "))\(rest)", file: path)
      }
      let others = try matches(text, presence == .present ? .deleted : .present, in: database)
      if others.count == 1 {
        let state =
          presence == .present ? "is deleted; `darkroom restore \(others[0].id)` brings it back" : "isn't deleted"
        throw InputError("the run '\(text)' \(state)", file: path)
      }
      let names = try String.fetchAll(
        database, sql: "SELECT name FROM run WHERE \(presence.sql) ORDER BY created_at DESC LIMIT 10000")
      guard !names.isEmpty else {
        throw InputError(presence == .present ? "the store holds no runs" : "no run is deleted", file: path)
      }
      throw InputError(
        "no \(presence == .present ? "" : "deleted ")run is called '\(text)'", file: path,
        suggestion: InputError.nearest(to: text, among: names))
    }
  }

  private func matches(
    _ text: String, _ presence: Presence, in database: Database
  ) throws -> [(id: String, name: String)] {
    let whole = try Row.fetchAll(
      database, sql: "SELECT id, name FROM run WHERE id = ? AND \(presence.sql)", arguments: [text])
    let rows =
      try whole.isEmpty
      ? Row.fetchAll(
        database,
        sql: """
          SELECT id, name FROM run
          WHERE (name = ? OR (? <> '' AND substr(id, 1, length(?)) = ?)) AND \(presence.sql)
          ORDER BY created_at DESC, id LIMIT 6
          """, arguments: [text, text, text, text]) : whole
    return rows.map { ($0["id"], $0["name"]) }
  }
}

extension Presence {
  /// Of a row of `run`.
  var sql: String { self == .present ? "deleted_at IS NULL" : "deleted_at IS NOT NULL" }
}

extension RunStore {
  /// The dotted paths of all parameters that runs have, sorted.
  public func parameterPaths() throws -> [String] {
    try read { try String.fetchAll($0, sql: "SELECT path FROM parameter ORDER BY path") }
  }
}

/// The number of a run. Throws `InputError` where no run has this id.
func runNumber(_ id: String, in database: Database, path: String) throws -> Int64 {
  let number = try Int64.fetchOne(database, sql: "SELECT number FROM run WHERE id = ?", arguments: [id])
  guard let number else { throw InputError("no run has the id '\(id)'", file: path) }
  return number
}
