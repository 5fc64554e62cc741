"""What scripts/benchmark-store measures: DARKROOM WRITER STORE SCRATCH."""

import json
import logging
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time

darkroom, writer, store, scratch = sys.argv[1:]


def process(arguments, repeats=7):
    """Least and median wall milliseconds, and least CPU milliseconds, of a whole process whose file cache is warm."""
    walls, cpus = [], []
    for _ in range(repeats + 1):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
        walls.append((time.perf_counter() - start) * 1e3)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
    return min(walls[1:]), statistics.median(walls[1:]), min(cpus[1:])


def ask(title, *arguments, program=darkroom, database=store):
    least, median, cpu = process([program, *arguments, "--db", database])
    print(f"{least:8.1f} {median:8.1f} {cpu:8.1f}  {title}", flush=True)
    return median


print("milliseconds of a whole process: least, median, CPU")
print("{:8.1f} {:8.1f} {:8.1f}  darkroom --version".format(*process([darkroom, "--version"])))
headline = None
for filter, sort in [
    ("params.sampling.sampler = 'ddim' and metrics.kid < 0.2", "metrics.kid"),
    ("params.sampling.sampler = 'ddim' and metrics.kid < 0.0001", "metrics.kid"),
    ("metrics.kid.min > 0.5", "-metrics.fid.max"),
    ("metrics.validation.l1 at epoch 1 < 2.5", "metrics.kid"),
    ("metrics.kid > 0.5", "validation.l1 at epoch 1"),
    ("event warmup.frozen", "metrics.kid"),
    ("not event warmup.frozen at epoch 2", "-created_at"),
    ("name like '%7'", "name"),
    ("status = FINISHED", "-wall_seconds"),
    ("not (seed > 3 or setting.3 ilike '%2') and model.dropout != 0.1 and metrics.fid < 0.9", "-model.dropout"),
    ("sweep = 'sweep 0' and setting.13 in ('value 1', 'value 2')", "sweep"),
    ("conditioning.bottleneck is null", "training.learning_rate"),
    ("tags.x = 'y' or metrics.metric.3 >= 0.5 or training.learning_rate < 0.1", "status"),
]:
    median = ask(f"{filter}, by {sort}", "runs", filter, "--sort", sort, "--limit", "50")
    headline = headline or median
ask("compare a sweep of 10,000 runs", "compare", "--sweep", "sweep 0", "--by", "sampler,dropout", "--metric", "kid",
    "--allow", "all")


def measured(what):
    results = []
    for turn in range(5):
        output = subprocess.check_output([writer, "measure", f"{scratch}/{what}-{turn}.db", what])
        results.append(json.loads(output))
    return results


durable = statistics.median(result["median"] for result in measured("durable"))
bulk = statistics.median(result["points_per_second"] for result in measured("bulk"))
# As it is once its writers have gone.
sqlite3.connect(f"{scratch}/bulk-0.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")
least, median, cpu = process([darkroom, "history", "measured", "loss", "--points", "1000", "--format", "csv", "--db",
                              f"{scratch}/bulk-0.db"])
print(f"{least:8.1f} {median:8.1f} {cpu:8.1f}  a history of a million points, thinned to 1,000")
print(f"one metric that survives SIGKILL: {durable * 1e6:.1f} µs at the median; bulk: {bulk:,.0f} points a second")

# The same work elsewhere. MLflow's search is asked of 2,000 runs only, since it would take hours to fill more.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["GIT_PYTHON_REFRESH"] = "quiet"
import mlflow  # noqa: E402
from mlflow.entities import Metric, Param  # noqa: E402

logging.disable(logging.INFO)
uri = f"sqlite:///{scratch}/mlflow.db"
client = mlflow.MlflowClient(tracking_uri=uri)
experiment = client.create_experiment("benchmark")
run = client.create_run(experiment).info.run_id
times = []
for step in range(300):
    start = time.perf_counter()
    client.log_metric(run, "train.l1", step % 977, step=step)
    times.append(time.perf_counter() - start)
theirs = statistics.median(times)
print(f"MLflow: one metric {theirs * 1e6:,.0f} µs, {theirs / durable:,.0f} times as long")
count = 20_000
start = time.perf_counter()
for first in range(0, count, 1000):
    client.log_batch(run, metrics=[Metric("loss", step / count, 0, step) for step in range(first, first + 1000)])
rate = count / (time.perf_counter() - start)
print(f"MLflow: bulk {rate:,.0f} points a second, {bulk / rate:,.0f} times as slow")
for number in range(2000):
    run = client.create_run(experiment).info.run_id
    parameters = [Param("sampling.sampler", ["ddim", "ddpm"][number // 20 % 2])]
    parameters += [Param(f"setting.{other}", f"value {number % (other + 2)}") for other in range(19)]
    metrics = [Metric("kid", number * 7919 % 2000 / 2000, 0, 2)]
    metrics += [Metric(f"metric.{other}", number * other, 0, 2) for other in range(19)]
    client.log_batch(run, metrics=metrics, params=parameters)
search = f"""
import mlflow
client = mlflow.MlflowClient(tracking_uri={uri!r})
filter = "params.`sampling.sampler` = 'ddim' and metrics.kid < 0.2"
client.search_runs(["{experiment}"], filter, order_by=["metrics.kid"], max_results=50)
"""
least, median, cpu = process([sys.executable, "-c", search], repeats=3)
print(f"MLflow: the first question, of 2,000 runs, {median:,.0f} ms as a whole process, {median / headline:,.0f} times "
      "as long")

from tensorboard.compat.proto.event_pb2 import Event  # noqa: E402
from tensorboard.compat.proto.summary_pb2 import Summary  # noqa: E402
from tensorboard.summary.writer.event_file_writer import EventFileWriter  # noqa: E402

events = EventFileWriter(f"{scratch}/tensorboard")


def scalar(step):
    summary = Summary(value=[Summary.Value(tag="loss", simple_value=step / 1000)])
    events.add_event(Event(wall_time=time.time(), step=step, summary=summary))


times = []
for step in range(1000):
    start = time.perf_counter()
    scalar(step)
    # Without it, what is written is in the process's memory alone.
    events.flush()
    times.append(time.perf_counter() - start)
theirs = statistics.median(times)
print(f"TensorBoard's writer: one metric, flushed, {theirs * 1e6:,.0f} µs, {theirs / durable:.1f} times as long")
start = time.perf_counter()
for step in range(100_000):
    scalar(step)
events.close()
rate = 100_000 / (time.perf_counter() - start)
print(f"TensorBoard's writer: bulk {rate:,.0f} points a second, {bulk / rate:,.0f} times as slow")
