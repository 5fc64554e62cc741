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
  return migrator
}()
