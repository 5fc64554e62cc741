/// Indexes from which a filter reads one quantity of all runs without touching the tables, and the buckets of which
/// `MetricPyramid` tells.
let scaleTables = """
  CREATE INDEX run_parameter_by_value ON run_parameter (parameter, value, text, type);
  DROP INDEX run_metric_by_last;
  CREATE INDEX run_metric_by_last ON run_metric (key, last, min, max);
  CREATE INDEX tag_by_value ON tag (key, value);
  CREATE INDEX stage_metric_by_key ON stage_metric (key);
  CREATE INDEX event_by_type ON event (type, epoch);
  DROP INDEX path_by_stage;
  CREATE INDEX path_by_stage ON path (stage, run, end_epoch);
  DROP INDEX run_by_creation;
  CREATE INDEX run_by_creation ON run (created_at DESC, id);

  -- finite extremes of steps bucket << (6 + 3 level) ..< (bucket + 1) << (6 + 3 level), and the first step in them
  -- whose value is not finite; only of buckets that lie wholly before the one of the metric's last step
  CREATE TABLE metric_bucket (
    stage INTEGER NOT NULL REFERENCES stage,
    key INTEGER NOT NULL REFERENCES metric_key,
    level INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    min REAL, min_step INTEGER,
    max REAL, max_step INTEGER,
    not_finite_step INTEGER,
    PRIMARY KEY (stage, key, level, bucket)
  ) WITHOUT ROWID;
  """
