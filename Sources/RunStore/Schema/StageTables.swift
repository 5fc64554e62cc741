/// Work that is identified by its content, and the attempts to do it. Times are milliseconds since 1970, UTC.
let stageTables = """
  CREATE TABLE stage (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    -- train: the epochs that it executes, from first_epoch on, below end_epoch; sample: below end_epoch were trained
    first_epoch INTEGER,
    end_epoch INTEGER,
    -- JSON: the resolved parameters of one run that needs it
    parameters TEXT NOT NULL,
    -- what follows is told by its attempts
    status TEXT NOT NULL DEFAULT 'SCHEDULED',
    attempts INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER,
    ended_at INTEGER,
    seconds REAL NOT NULL DEFAULT 0
  );
  CREATE INDEX stage_running ON stage (number) WHERE status = 'RUNNING';

  CREATE TABLE stage_parent (
    stage INTEGER NOT NULL REFERENCES stage,
    position INTEGER NOT NULL,
    parent INTEGER NOT NULL REFERENCES stage,
    PRIMARY KEY (stage, position)
  ) WITHOUT ROWID;

  -- train: the states that it passes through, the one it starts from included; sample: the one that it draws from
  CREATE TABLE stage_state (
    stage INTEGER NOT NULL REFERENCES stage,
    epochs INTEGER NOT NULL,  -- how many are done in this state
    state TEXT NOT NULL,
    keep INTEGER NOT NULL DEFAULT 0,  -- a run wants this state's weights
    PRIMARY KEY (stage, epochs)
  ) WITHOUT ROWID;
  CREATE INDEX stage_state_by_state ON stage_state (state);

  CREATE TABLE attempt (
    stage INTEGER NOT NULL REFERENCES stage,
    number INTEGER NOT NULL,  -- from 1
    host TEXT NOT NULL,
    process INTEGER NOT NULL,
    status TEXT NOT NULL,
    message TEXT,
    environment TEXT NOT NULL,  -- JSON
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (stage, number)
  ) WITHOUT ROWID;
  """
