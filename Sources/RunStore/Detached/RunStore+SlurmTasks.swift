import Experiments
import GRDB

/// A stage that Slurm was asked to execute.
public struct SlurmTask: Equatable, Sendable {
  /// The stage's hash.
  public var stage: String
  /// The job's name, which no other job has.
  public var name: String
  /// The job's number; nil where the process that asked died before it had the answer.
  public var job: Int?
  /// Index within the job's array.
  public var index: Int
  /// How many attempts at the stage there were before.
  public var attempts: Int

  public init(stage: String, name: String, job: Int? = nil, index: Int, attempts: Int) {
    self.stage = stage
    self.name = name
    self.job = job
    self.index = index
    self.attempts = attempts
  }
}

extension RunStore {
  /// Writes down what Slurm is about to be asked. Synced to the disk.
  public func announce(_ tasks: [SlurmTask]) throws {
    try write(synced: true) { database in
      for task in tasks {
        try database.execute(
          sql: """
            INSERT INTO slurm_task (stage, name, job, task, attempts)
            SELECT number, ?, ?, ?, ? FROM stage WHERE hash = ?
            """, arguments: [task.name, task.job, task.index, task.attempts, task.stage])
      }
    }
  }

  /// Writes down Slurm's answer.
  public func submitted(name: String, job: Int) throws {
    try write(synced: true) { database in
      try database.execute(sql: "UPDATE slurm_task SET job = ? WHERE name = ?", arguments: [job, name])
    }
  }

  /// Hashes of the stages that Slurm was asked for and may still execute.
  public func stagesWithSlurm() throws -> Set<String> {
    try read { database in
      try String.fetchSet(
        database, sql: "SELECT hash FROM slurm_task JOIN stage ON stage.number = stage WHERE NOT is_over")
    }
  }

  /// Tasks of these stages that may still be under way, by the stage's hash.
  public func slurmTasks(ofStages stages: [String]) throws -> [String: SlurmTask] {
    try read { database in
      let sql = """
        SELECT hash, name, job, task, slurm_task.attempts AS attempts
        FROM json_each(?) AS wanted JOIN stage ON stage.hash = wanted.value
        JOIN slurm_task ON slurm_task.stage = stage.number AND NOT is_over
        """
      return try Row.fetchAll(database, sql: sql, arguments: [jsonArray(stages)]).reduce(into: [:]) { tasks, row in
        tasks[row["hash"]] = SlurmTask(
          stage: row["hash"], name: row["name"], job: row["job"], index: row["task"], attempts: row["attempts"])
      }
    }
  }

  /// Nothing more comes of these tasks.
  public func close(_ tasks: [SlurmTask]) throws {
    try write { database in
      for task in tasks {
        try database.execute(
          sql: """
            UPDATE slurm_task SET is_over = 1
            WHERE name = ? AND stage = (SELECT number FROM stage WHERE hash = ?)
            """, arguments: [task.name, task.stage])
      }
    }
  }
}
