"""What scripts/check-resume does once the programs are built: Python 3, standard library."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from processes import trainers_of

darkroom, kills = sys.argv[1], int(sys.argv[2])

EXPERIMENT = """
name: killed
seed: 3
data: {source: sprites, count: 1500, size: 16, balance: inverse-frequency, augmentation: {flip: 0.5}}
model: {widths: [32, 64], norm_groups: 8, layers_per_block: 1, heads: 4, cross_attention: 64, dropout: 0.1}
conditioning: {embedding: 32, bottleneck: 8, dropout: 0.1, label_keep: 0.95, warmup: {metric: validation.mse, patience: 1, min_delta: 0.01, frozen_epochs: 4}}
training:
  epochs: 16
  batch_size: 16
  learning_rate: 1.0e-3
  gradient_clipping: 1
  ema: {decay: 0.999}
  schedule: {kind: cosine, warmup_epochs: 1}
  keep: {best: validation.ema.mse}
sampling: {steps: 10, grid: {rows: 2, every_epochs: 4}}
"""


def ask(db, *arguments):
    return json.loads(subprocess.check_output([darkroom, *arguments, "--db", db, "--format", "json"]))


def outcome(db):
    """All that is recorded of the run, but for times and memory."""
    run = ask(db, "runs")[0]
    keys = [key for key in run["metrics"] if not key.endswith(("seconds", "per_second", "peak_bytes"))]
    histories = {key: [(point["step"], point["value"]) for point in ask(db, "history", run["id"], key)] for key in keys}
    events = [
        (event["epoch"], event["type"], json.dumps(event["payload"], sort_keys=True))
        for event in ask(db, "events", run["id"]) if event["type"] not in ("resumed", "checkpoint.refused")
    ]
    grids = subprocess.check_output(
        ["sqlite3", db, "SELECT epoch, cell, hex(pixels) FROM grid_cell ORDER BY epoch, cell"]) if has_sqlite else b""
    return {"status": run["status"], "histories": histories, "events": events, "grids": grids}, run


has_sqlite = subprocess.call(["which", "sqlite3"], stdout=subprocess.DEVNULL) == 0
with tempfile.TemporaryDirectory() as folder:
    experiment = os.path.join(folder, "killed.yaml")
    open(experiment, "w").write(EXPERIMENT)
    alone, stopped = os.path.join(folder, "alone.db"), os.path.join(folder, "stopped.db")
    start = time.time()
    subprocess.run([darkroom, "run", experiment, "--db", alone], check=True, stdout=subprocess.DEVNULL)
    print(f"left alone: {time.time() - start:.0f} s", flush=True)

    done, launches, choice = 0, 0, random.Random(0)
    start = time.time()
    while True:
        launches += 1
        process = subprocess.Popen(
            [darkroom, "run", experiment, "--db", stopped], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL)
        if done == kills:
            complaint = process.communicate()[1].decode()
            if process.returncode:
                sys.exit(f"the last launch ended with {process.returncode}: {complaint}")
            break
        try:
            process.wait(choice.uniform(0.3, 5))
            sys.exit(f"the training was done after {done} of {kills} kills; make it longer")
        except subprocess.TimeoutExpired:
            pass
        trainers = trainers_of(process.pid)
        victims = choice.choice([trainers, [process.pid], trainers + [process.pid]]) or [process.pid]
        for victim in victims:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.communicate()
        done += 1
    print(f"{done} kills, {launches} launches: {time.time() - start:.0f} s", flush=True)

    (one, run), (other, again) = outcome(alone), outcome(stopped)
    sums = [
        [event for event in result["events"] if event[1] == "checkpoint.saved"][-1] for result in (one, other)
    ]
    for name, checkpoint in zip(("left alone", "killed"), sums):
        print(f"{name}: final weights {json.loads(checkpoint[2])['sha256']}")
    differing = [part for part in one if one[part] != other[part]]
    if differing:
        for part in differing:
            print(part, one[part], other[part], sep="\n", file=sys.stderr)
        sys.exit(f"different: {', '.join(differing)}")
    points = sum(len(points) for points in one["histories"].values())
    print(f"equal: weights, {len(one['histories'])} metrics with {points} points, {len(one['events'])} events"
          + (", every grid cell" if has_sqlite else ""))
