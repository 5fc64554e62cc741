/// For whoever opens the file with sqlite3: runs by their ids and names, times as text in UTC. Deleted runs are left out.
let peoplesViews = """
  CREATE VIEW run_table AS
  SELECT
    run.id, run.name, sweep.name AS sweep, run.status,
    strftime('%Y-%m-%d %H:%M:%S', run.created_at / 1000, 'unixepoch') AS created_at,
    strftime('%Y-%m-%d %H:%M:%S', run.started_at / 1000, 'unixepoch') AS started_at,
    strftime('%Y-%m-%d %H:%M:%S', run.ended_at / 1000, 'unixepoch') AS ended_at,
    run.wall_seconds,
    (SELECT json_group_object(parameter.path, coalesce(run_parameter.value, run_parameter.text))
     FROM run_parameter JOIN parameter ON parameter.number = run_parameter.parameter
     WHERE run_parameter.run = run.number) AS parameters,
    (SELECT json_group_object(metric_key.name, run_metric.last)
     FROM run_metric JOIN metric_key ON metric_key.number = run_metric.key
     WHERE run_metric.run = run.number AND abs(run_metric.last) < 9e999) AS metrics,
    (SELECT json_group_object(tag.key, tag.value) FROM tag WHERE tag.run = run.number) AS tags
  FROM run
  LEFT JOIN sweep_run ON sweep_run.run = run.number
  LEFT JOIN sweep ON sweep.number = sweep_run.sweep
  WHERE run.deleted_at IS NULL;

  CREATE VIEW parameter_table AS
  SELECT run.id, run.name, parameter.path AS parameter, run_parameter.type, run_parameter.text, run_parameter.value
  FROM run JOIN run_parameter ON run_parameter.run = run.number
  JOIN parameter ON parameter.number = run_parameter.parameter
  WHERE run.deleted_at IS NULL;

  -- a metric of a run a row
  CREATE VIEW metric_table AS
  SELECT
    run.id, run.name, metric_key.name AS metric, run_metric.last, run_metric.last_step, run_metric.min,
    run_metric.min_step, run_metric.max, run_metric.max_step
  FROM run JOIN run_metric ON run_metric.run = run.number JOIN metric_key ON metric_key.number = run_metric.key
  WHERE run.deleted_at IS NULL;

  -- a point of a metric a row
  CREATE VIEW point_table AS
  SELECT
    run.id, run.name, metric_key.name AS metric, metric.step, metric.value, metric.not_finite,
    strftime('%Y-%m-%d %H:%M:%f', metric.time / 1000.0, 'unixepoch') AS time
  FROM run JOIN path ON path.run = run.number JOIN metric ON metric.stage = path.stage
  JOIN metric_key ON metric_key.number = metric.key
  WHERE run.deleted_at IS NULL AND (path.end_epoch IS NULL OR metric.step < path.end_epoch);

  CREATE VIEW event_table AS
  SELECT
    run.id, run.name, event.epoch, event.type, event.payload,
    strftime('%Y-%m-%d %H:%M:%f', event.time / 1000.0, 'unixepoch') AS time, stage.hash AS stage
  FROM run JOIN path ON path.run = run.number JOIN event ON event.stage = path.stage
  JOIN stage ON stage.number = path.stage
  WHERE run.deleted_at IS NULL AND (path.end_epoch IS NULL OR event.epoch < path.end_epoch)
  UNION ALL
  SELECT
    run.id, run.name, run_event.epoch, run_event.type, run_event.payload,
    strftime('%Y-%m-%d %H:%M:%f', run_event.time / 1000.0, 'unixepoch'), NULL
  FROM run JOIN run_event ON run_event.run = run.number
  WHERE run.deleted_at IS NULL;

  CREATE VIEW stage_table AS
  SELECT
    run.id, run.name, path.position, stage.kind, stage.hash, stage.status, stage.first_epoch,
    coalesce(path.end_epoch, stage.end_epoch) AS end_epoch, stage.attempts, stage.seconds
  FROM run JOIN path ON path.run = run.number JOIN stage ON stage.number = path.stage
  WHERE run.deleted_at IS NULL;
  """
