public import Experiments
import GRDB

/// What a stage of training took.
public struct StageSpend: Equatable, Sendable {
  /// Of all its attempts.
  public var seconds: Double
  /// The epochs that it executes.
  public var epochs: Range<Int>
}

extension RunStore {
  /// What the train stages among `hashes` took, by hash.
  public func spend(ofStages hashes: [String]) throws -> [String: StageSpend] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT hash, seconds, coalesce(first_epoch, 0), coalesce(end_epoch, 0) FROM json_each(?) AS wanted
          CROSS JOIN stage ON stage.hash = wanted.value WHERE kind = 'train'
          """)
      statement.bind(jsonArray(hashes), at: 1)
      var spend: [String: StageSpend] = [:]
      try statement.eachRow { row in
        let first = row.int(2)
        spend[row.string(0)] = StageSpend(seconds: row.double(1), epochs: first..<max(first, row.int(3)))
      }
      return spend
    }
  }

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
