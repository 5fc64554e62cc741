"""What scripts/check-sharing does once the programs are built: Python 3, standard library."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time

from shared_trainings import SETTINGS
from stores import rows

darkroom, seed = sys.argv[1], int(sys.argv[2])

AXES = {
    "sampling.sampler": ["ddpm", "ddim"],
    "sampling.steps": [5, 10, 20],
    "model.dropout": [0, 0.2],
    "conditioning.bottleneck": ["null", 4],
    "conditioning.warmup.epochs": [4, 6, 8],
}
SWEEP = "sweep:\n  parameters:\n" + "".join(
    f"    {path}: {{values: [{', '.join(map(str, values))}]}}\n" for path, values in AXES.items())


def ask(*arguments):
    return json.loads(subprocess.check_output([darkroom, *arguments, "--format", "json"]))


def launch(*arguments):
    subprocess.run([darkroom, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def outcome(db, run):
    """All that is recorded of a run, but for times and memory, and the bytes of its last state."""
    metrics = rows(
        db, """SELECT metric_key.name AS metric_name, step, value FROM run JOIN path ON path.run = run.number
        JOIN metric ON metric.stage = path.stage JOIN metric_key ON metric_key.number = metric.key
        WHERE run.id = ? AND metric_name NOT LIKE '%seconds' AND metric_name NOT LIKE '%per_second'
          AND metric_name NOT LIKE '%bytes'
        ORDER BY metric_name, step""", run)
    grid = rows(
        db, """SELECT epoch, cell, pixels FROM run JOIN path ON path.run = run.number
        JOIN grid_cell ON grid_cell.stage = path.stage WHERE run.id = ? ORDER BY epoch, cell""", run)
    events = rows(
        db, """SELECT epoch, type, payload FROM run JOIN path ON path.run = run.number
        JOIN event ON event.stage = path.stage WHERE run.id = ? AND type <> 'checkpoint.saved' ORDER BY epoch, type""",
        run)
    (state, path), = rows(
        db, """SELECT checkpoint.state, checkpoint.path FROM run JOIN path ON path.run = run.number
        JOIN stage ON stage.number = path.stage JOIN checkpoint ON checkpoint.state = stage.hash
        WHERE run.id = ? AND stage.kind = 'train' AND stage.end_epoch = 10""", run)
    artifacts = os.path.join(os.path.dirname(db), ".darkroom", os.path.splitext(os.path.basename(db))[0])
    return {"metrics": metrics, "grid": grid, "events": events, "state": state,
            "weights": open(os.path.join(artifacts, path), "rb").read()}


def require(what, found, wanted):
    print(f"{what}: {found}", flush=True)
    if found != wanted:
        sys.exit(f"{what}: {found}, where {wanted} were expected")


with tempfile.TemporaryDirectory() as folder:
    grid, alone = os.path.join(folder, "grid.yaml"), os.path.join(folder, "alone.yaml")
    open(grid, "w").write(SETTINGS + SWEEP)
    open(alone, "w").write(SETTINGS)
    db = os.path.join(folder, "grid.db")

    plan = ask("plan", grid, "--brief", "--db", db)
    trainings = [stage for stage in plan["stages"] if stage["kind"] == "train"]
    require("runs planned", len(plan["runs"]), 72)
    require("models planned", sum(stage["epochs"] == 10 for stage in trainings), 12)
    require("roots planned", sum(stage["first_epoch"] == 0 for stage in trainings), 4)
    require("epochs planned", plan["epochs_to_train"], 80)
    require("epochs without sharing", plan["epochs_without_sharing"], 720)

    start = time.time()
    launch("sweep", grid, "--db", db, "--jobs", "2")
    print(f"executed in {time.time() - start:.0f} s", flush=True)
    require("epochs trained", rows(
        db, "SELECT count(*) FROM metric JOIN metric_key ON number = key WHERE name = 'train.l1'")[0][0], 80)
    require("attempts", rows(db, "SELECT count(*) FROM attempt")[0][0], len(plan["stages"]))
    runs = ask("runs", "--db", db, "--limit", "100")
    require("runs finished", sum(run["status"] == "FINISHED" for run in runs), 72)

    for number, run in enumerate(random.Random(seed).sample(runs, 6)):
        other = os.path.join(folder, f"alone-{number}.db")
        settings = [f"{path}={json.dumps(run['params'][path])}" for path in AXES]
        launch("run", alone, "--db", other, *[part for setting in settings for part in ("-S", setting)])
        found, = rows(other, "SELECT id FROM run")
        require("epochs trained alone", rows(
            other, "SELECT count(*) FROM metric JOIN metric_key ON number = key WHERE name = 'train.l1'")[0][0], 10)
        one, two = outcome(db, run["id"]), outcome(other, found[0])
        differing = [part for part in one if one[part] != two[part]]
        if differing or found[0] != run["id"]:
            sys.exit(f"{run['name']}: different: {', '.join(differing) or 'id'}")
        print(f"{run['name']}: equal: {len(one['weights'])} bytes of its last state, {len(one['metrics'])} points, "
              f"{len(one['grid'])} grid cells, {len(one['events'])} events", flush=True)
