/// For whoever opens the file with sqlite3: a run a row, times as text.
let runView = """
  CREATE VIEW run_table AS
  SELECT
    run.id, run.name, sweep.name AS sweep, run.status,
    strftime('%Y-%m-%d %H:%M:%S', run.created_at / 1000, 'unixepoch') AS created_at,
    strftime('%Y-%m-%d %H:%M:%S', run.started_at / 1000, 'unixepoch') AS started_at,
    strftime('%Y-%m-%d %H:%M:%S', run.ended_at / 1000, 'unixepoch') AS ended_at,
    run.wall_seconds,
    (SELECT json_group_object(parameter.path, run_parameter.text)
     FROM run_parameter JOIN parameter ON parameter.number = run_parameter.parameter
     WHERE run_parameter.run = run.number) AS parameters,
    (SELECT json_group_object(metric_key.name, run_metric.last)
     FROM run_metric JOIN metric_key ON metric_key.number = run_metric.key
     WHERE run_metric.run = run.number AND abs(run_metric.last) < 9e999) AS metrics
  FROM run
  LEFT JOIN sweep_run ON sweep_run.run = run.number
  LEFT JOIN sweep ON sweep.number = sweep_run.sweep;
  """
