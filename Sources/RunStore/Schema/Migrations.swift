import GRDB

/// The steps that lead to the store's present shape. A step that was once released is never changed: new ones follow.
let migrations: DatabaseMigrator = {
  var migrator = DatabaseMigrator()
  migrator.registerMigration("runs, stages and what they record") { database in
    try database.execute(sql: stageTables)
    try database.execute(sql: runTables)
    try database.execute(sql: recordTables)
    try database.execute(sql: runView)
  }
  migrator.registerMigration("runs that leave a training before its end") { database in
    // how many epochs are done where the run leaves the stage; NULL: at its end
    try database.execute(sql: "ALTER TABLE path ADD COLUMN end_epoch INTEGER")
  }
  migrator.registerMigration("filters and histories at scale") { database in
    try database.execute(sql: scaleTables)
    try MetricPyramid.buildAll(in: database)
  }
  migrator.registerMigration("what befalls a run and not its stages") { database in
    try database.execute(
      sql: """
        CREATE TABLE run_event (
          run INTEGER NOT NULL REFERENCES run,
          type TEXT NOT NULL,
          epoch INTEGER NOT NULL,
          payload TEXT NOT NULL,  -- JSON
          time INTEGER NOT NULL,
          PRIMARY KEY (run, type)
        ) WITHOUT ROWID
        """)
  }
  migrator.registerMigration("runs that are deleted, and views for people") { database in
    try database.execute(sql: deletion)
    try database.execute(sql: "DROP VIEW run_table")
    try database.execute(sql: peoplesViews)
  }
  migrator.registerMigration("records from other hosts") { database in
    try database.execute(sql: detachedTables)
  }
  // Nothing changes but what older programs may take for granted, so these must not write to the store any more.
  migrator.registerMigration("stages whose summaries follow their points") { _ in }
  return migrator
}()

/// The last step that changes what is read: a store that has it, if not all, can be read as it is.
let lastMigrationForReaders = "records from other hosts"
