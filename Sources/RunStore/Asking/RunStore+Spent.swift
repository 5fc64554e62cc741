public import Experiments
import GRDB

extension RunStore {
  /// How many pictures are trained on, by the hash of the stage that prepares them; those that did not tell are left out.
  public func trainingPictures(ofStages hashes: [String]) throws -> [String: Int] {
    try read { database in
      let sql = """
        SELECT stage.hash, json_extract(attempt.environment, '$."data.train"')
        FROM json_each(?) AS wanted CROSS JOIN stage ON stage.hash = wanted.value
        JOIN attempt ON attempt.stage = stage.number AND attempt.number = stage.attempts
        WHERE kind = 'prepare'
        """
      return try Row.fetchAll(database, sql: sql, arguments: [jsonArray(hashes)]).reduce(into: [:]) { pictures, row in
        if let count: Int = row[1] { pictures[row[0]] = count }
      }
    }
  }

  /// What the last event of a type says in each of these stages, by the stage's hash.
  public func payloads(ofEvents type: String, inStages hashes: [String]) throws -> [String: Value] {
    try read { database in
      let sql = """
        SELECT stage.hash, event.payload FROM json_each(?) AS wanted CROSS JOIN stage ON stage.hash = wanted.value
        JOIN event ON event.stage = stage.number WHERE event.type = ? ORDER BY attempt, sequence
        """
      return try Row.fetchAll(database, sql: sql, arguments: [jsonArray(hashes), type]).reduce(into: [:]) {
        $0[$1[0]] = try Value(json: $1[1])
      }
    }
  }
}
