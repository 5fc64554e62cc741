/// Runs, what they were asked with, and the sweeps they belong to.
let runTables = """
  CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- what follows is told by the stages of its path
    status TEXT NOT NULL DEFAULT 'SCHEDULED',
    started_at INTEGER,
    ended_at INTEGER,
    wall_seconds REAL NOT NULL DEFAULT 0
  );
  CREATE INDEX run_by_creation ON run (created_at, id);
  CREATE INDEX run_by_name ON run (name);

  -- the stages that lead to a run's results, in the order of execution
  CREATE TABLE path (
    run INTEGER NOT NULL REFERENCES run,
    position INTEGER NOT NULL,
    stage INTEGER NOT NULL REFERENCES stage,
    PRIMARY KEY (run, position)
  ) WITHOUT ROWID;
  CREATE INDEX path_by_stage ON path (stage, run);

  CREATE TABLE parameter (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE  -- such as model.dropout
  );
  CREATE TABLE run_parameter (
    run INTEGER NOT NULL REFERENCES run,
    parameter INTEGER NOT NULL REFERENCES parameter,
    type TEXT NOT NULL,  -- null, bool, int, double, string, list or map
    text TEXT NOT NULL,  -- a string as it is, all else as JSON
    value NUMERIC,  -- of int and double
    PRIMARY KEY (run, parameter)
  ) WITHOUT ROWID;

  CREATE TABLE tag (
    run INTEGER NOT NULL REFERENCES run,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, key)
  ) WITHOUT ROWID;

  CREATE TABLE sweep (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    question TEXT,
    file TEXT NOT NULL,
    launched_at INTEGER NOT NULL
  );
  CREATE TABLE sweep_run (
    sweep INTEGER NOT NULL REFERENCES sweep,
    position INTEGER NOT NULL,
    run INTEGER NOT NULL UNIQUE REFERENCES run,
    axes TEXT NOT NULL,  -- JSON: [{"axis": name, "settings": {path: value}}]
    PRIMARY KEY (sweep, position)
  ) WITHOUT ROWID;
  """
