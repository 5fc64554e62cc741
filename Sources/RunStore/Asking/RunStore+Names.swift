import Experiments
import GRDB

extension RunStore {
  /// The id of the run that a person means: an id, an id's unique beginning, or a unique name. Throws `InputError`
  /// with the nearest names where that is none or several.
  public func run(named text: String) throws -> String {
    try read { database in
      if let id = try String.fetchOne(database, sql: "SELECT id FROM run WHERE id = ?", arguments: [text]) {
        return id
      }
      let matches = try Row.fetchAll(
        database,
        sql: """
          SELECT id, name FROM run WHERE name = ? OR (? <> '' AND substr(id, 1, length(?)) = ?)
          ORDER BY created_at DESC, id LIMIT 6
          """, arguments: [text, text, text, text])
      if matches.count == 1 { return matches[0]["id"] }
      guard matches.isEmpty else {
        let several = matches.prefix(5).map { "\($0["id"] as String) (\($0["name"] as String))" }
        let rest = matches.count > 5 ? ", …" : ""
        throw InputError("several runs are meant by '\(text)': \(several.joined(separator: ", "))\(rest)", file: path)
      }
      let names = try String.fetchAll(database, sql: "SELECT name FROM run ORDER BY created_at DESC LIMIT 10000")
      guard !names.isEmpty else { throw InputError("the store holds no runs", file: path) }
      throw InputError(
        "no run is called '\(text)'", file: path, suggestion: InputError.nearest(to: text, among: names))
    }
  }
}

/// The number of a run. Throws `InputError` where no run has this id.
func runNumber(_ id: String, in database: Database, path: String) throws -> Int64 {
  let number = try Int64.fetchOne(database, sql: "SELECT number FROM run WHERE id = ?", arguments: [id])
  guard let number else { throw InputError("no run has the id '\(id)'", file: path) }
  return number
}
