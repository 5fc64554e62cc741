/// Work on hosts that don't open the store: what its files told so far, and what Slurm was asked for.
let detachedTables = """
  CREATE TABLE record_file (
    name TEXT PRIMARY KEY,  -- below records/
    stage INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    taken INTEGER NOT NULL,  -- bytes that the store has
    has_ended INTEGER NOT NULL DEFAULT 0,  -- nothing more is taken from it
    FOREIGN KEY (stage, attempt) REFERENCES attempt
  ) WITHOUT ROWID;

  -- written before Slurm is asked, so that no job is forgotten when the process that asks dies
  CREATE TABLE slurm_task (
    stage INTEGER NOT NULL REFERENCES stage,
    name TEXT NOT NULL,  -- the job's
    job INTEGER,  -- NULL until Slurm has answered
    task INTEGER NOT NULL,  -- its index in the array
    attempts INTEGER NOT NULL,  -- of the stage, before it
    is_over INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (stage, name)
  ) WITHOUT ROWID;
  CREATE INDEX slurm_task_open ON slurm_task (stage) WHERE NOT is_over;
  """
