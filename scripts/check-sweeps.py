"""What scripts/check-sweeps does once the programs are built: Python 3, standard library."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from processes import trainers_of
from stores import rows

darkroom, kills = sys.argv[1], int(sys.argv[2])

EXPERIMENT = """
name: killed
seed: 3
data: {source: sprites, count: 80, size: 16}
model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1}
conditioning: {embedding: 8, dropout: 0.1, label_keep: 0.9}
diffusion: {timesteps: 50}
training: {epochs: 6, batch_size: 8, threads: 1}
sampling: {steps: 5, grid: {rows: 1}}
sweep:
  metric: {name: validation.mse}
"""
DRAWN = """
  run_cap: 12
  parameters:
    training.learning_rate: {distribution: log_uniform_values, min: 1.0e-5, max: 0.05}
    model.dropout: {min: 0.0, max: 0.4}
    training.optimizer: {values: [adamw, sgd]}
"""
GRID = """
  parameters:
    conditioning.warmup.epochs: {values: [2, 4]}
    model.dropout: {values: [0, 0.2]}
    sampling.steps: {values: [5, 10]}
"""
HALVING = "  early_terminate: {type: hyperband, min_iter: 1}\n"
SWEEPS = {
    "grid, 2 jobs": (GRID, 2),
    "random, 2 jobs": ("  method: random\n" + DRAWN, 2),
    "tpe, 1 job": ("  method: tpe\n" + DRAWN, 1),
    "tpe and early_terminate, 1 job": ("  method: tpe\n" + HALVING + DRAWN, 1),
}


def table(db):
    """The sweep's runs in order: settings, status, every metric but times and memory, every grid cell, every early end."""
    runs = json.loads(subprocess.check_output([darkroom, "runs", "--db", db, "--limit", "1000", "--format", "json"]))
    timed = ("seconds", "per_second", "peak_bytes")
    by_id = {run["id"]: (run["status"], run["params"],
                         {key: value for key, value in run["metrics"].items() if not key.endswith(timed)})
             for run in runs}
    order = [run for run, in rows(db, "SELECT id FROM sweep_run JOIN run ON run.number = run ORDER BY position")]
    cells = rows(db, "SELECT hash, epoch, cell, hex(pixels) FROM grid_cell JOIN stage ON number = stage ORDER BY 1, 2, 3")
    stops = rows(db, "SELECT id, type, epoch, payload FROM run_event JOIN run ON run.number = run ORDER BY id")
    return [(run, by_id[run]) for run in order], cells, stops


def command(file, db, jobs):
    return [darkroom, "sweep", file, "--db", db, "--jobs", str(jobs)]


choice = random.Random(0)
total = 0
with tempfile.TemporaryDirectory() as folder:
    for number, (name, (sweep, jobs)) in enumerate(SWEEPS.items()):
        file = os.path.join(folder, f"{number}.yaml")
        open(file, "w").write(EXPERIMENT + sweep)
        alone = os.path.join(folder, f"{number}-alone.db")
        start = time.time()
        subprocess.run(command(file, alone, jobs), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wanted = table(alone)
        print(f"{name}: {len(wanted[0])} runs, left alone: {time.time() - start:.0f} s", flush=True)
        done, launches, sweeps = 0, 0, 0
        start = time.time()
        while done < kills * (number + 1) // len(SWEEPS) - kills * number // len(SWEEPS):
            db = os.path.join(folder, f"{number}-{sweeps}.db")
            while True:
                launches += 1
                process = subprocess.Popen(
                    command(file, db, jobs), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
                try:
                    complaint = process.communicate(timeout=choice.uniform(0.2, 4))[1].decode()
                    if process.returncode:
                        sys.exit(f"{name}: a launch ended with {process.returncode}: {complaint}")
                    break
                except subprocess.TimeoutExpired:
                    trainers = trainers_of(process.pid)
                    for victim in choice.choice([trainers + [process.pid], [process.pid]]):
                        try:
                            os.kill(victim, signal.SIGKILL)
                        except ProcessLookupError:
                            pass
                    process.communicate()
                    done += 1
            sweeps += 1
            for part, one, other in zip(("runs", "grid cells", "early ends"), wanted, table(db)):
                if one != other:
                    sys.exit(f"{name}: after {done} kills other {part}:\n{one}\n{other}")
            twice = rows(
                db, "SELECT hash, count(*) FROM attempt JOIN stage ON stage.number = stage WHERE attempt.status = 'FINISHED' "
                "GROUP BY hash HAVING count(*) > 1")
            if twice:
                sys.exit(f"{name}: stages finished more than once: {twice}")
        total += done
        print(f"{name}: {done} kills, {launches} launches, {sweeps} sweeps that came to the same table, every stage finished "
              f"once: {time.time() - start:.0f} s", flush=True)
print(f"{total} kills in all")
