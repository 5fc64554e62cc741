/// What executing stages tell. Each row names the attempt and the record that it is from.
let recordTables = """
  CREATE TABLE metric_key (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE  -- such as validation.l1
  );
  CREATE TABLE metric (
    stage INTEGER NOT NULL,
    key INTEGER NOT NULL REFERENCES metric_key,
    step INTEGER NOT NULL,
    value REAL,  -- NULL is NaN, which SQLite has no other form for
    time INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    not_finite TEXT GENERATED ALWAYS AS (
      CASE WHEN value IS NULL THEN 'NaN' WHEN value = 9e999 THEN 'Infinity' WHEN value = -9e999 THEN '-Infinity' END
    ) VIRTUAL,
    PRIMARY KEY (stage, key, step),
    FOREIGN KEY (stage, attempt) REFERENCES attempt
  ) WITHOUT ROWID;

  -- over all steps; last is at the greatest step, min and max are over all values but NaN
  CREATE TABLE stage_metric (
    stage INTEGER NOT NULL REFERENCES stage,
    key INTEGER NOT NULL REFERENCES metric_key,
    last REAL, last_step INTEGER NOT NULL,
    min REAL, min_step INTEGER,
    max REAL, max_step INTEGER,
    PRIMARY KEY (stage, key)
  ) WITHOUT ROWID;
  -- the same over all stages of the run's path
  CREATE TABLE run_metric (
    run INTEGER NOT NULL REFERENCES run,
    key INTEGER NOT NULL REFERENCES metric_key,
    last REAL, last_step INTEGER NOT NULL,
    min REAL, min_step INTEGER,
    max REAL, max_step INTEGER,
    PRIMARY KEY (run, key)
  ) WITHOUT ROWID;
  CREATE INDEX run_metric_by_last ON run_metric (key, last, run);

  CREATE TABLE event (
    stage INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,  -- JSON
    time INTEGER NOT NULL,
    PRIMARY KEY (stage, attempt, sequence),
    FOREIGN KEY (stage, attempt) REFERENCES attempt
  ) WITHOUT ROWID;

  CREATE TABLE grid_cell (
    stage INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    noise_index INTEGER NOT NULL,  -- cells of equal noise pair across runs
    label INTEGER NOT NULL,
    label_name TEXT NOT NULL,
    size INTEGER NOT NULL,
    pixels BLOB NOT NULL,  -- size × size × RGB, row by row
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    UNIQUE (stage, epoch, cell),
    FOREIGN KEY (stage, attempt) REFERENCES attempt
  );

  CREATE TABLE checkpoint (
    state TEXT PRIMARY KEY,
    epochs INTEGER NOT NULL,
    path TEXT NOT NULL,  -- relative to the artifacts folder
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    time INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    FOREIGN KEY (stage, attempt) REFERENCES attempt
  ) WITHOUT ROWID;

  -- epochs that a later attempt did again: what earlier attempts say of them does not count
  CREATE TABLE redone (
    stage INTEGER NOT NULL REFERENCES stage,
    epoch INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    PRIMARY KEY (stage, epoch)
  ) WITHOUT ROWID;
  """
