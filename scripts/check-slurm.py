"""What scripts/check-slurm does once the programs are built: Python 3, standard library."""

import csv
import glob
import io
import os
import signal
import subprocess
import sys
import tempfile
import time

from shared_trainings import SETTINGS
from stores import rows

darkroom, cluster = sys.argv[1:3]

EXPERIMENT = SETTINGS + """\
slurm: {poll_seconds: 0.5, time: 10, grace_seconds: 60}
sweep:
  parameters:
    sampling.sampler: {values: [ddpm, ddim]}
    sampling.steps: {values: [5, 10]}
    model.dropout: {values: [0, 0.2]}
    conditioning.warmup.epochs: {values: [4, 6, 8]}
"""

SEARCH = SETTINGS + """\
slurm: {poll_seconds: 0.5, time: 10, grace_seconds: 60}
sweep:
  method: tpe
  metric: {name: validation.mse}
  run_cap: 12
  parameters: {training.learning_rate: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}}
  early_terminate: {type: hyperband, min_iter: 2}
"""

# All that is recorded, but for times, memory, and which attempt it was.
RECORDS = {
    "metrics": """SELECT hash, name, step, value FROM metric JOIN stage ON stage.number = metric.stage
        JOIN metric_key ON metric_key.number = metric.key WHERE name NOT LIKE '%seconds' AND name NOT LIKE '%per_second'
        AND name NOT LIKE '%bytes' ORDER BY 1, 2, 3""",
    "events": """SELECT hash, epoch, type, payload FROM event JOIN stage ON stage.number = event.stage
        WHERE type <> 'resumed' ORDER BY 1, 2, 3, 4""",
    "grids": """SELECT hash, epoch, cell, pixels FROM grid_cell JOIN stage ON stage.number = grid_cell.stage
        ORDER BY 1, 2, 3""",
    "checkpoints": "SELECT state, epochs, sha256 FROM checkpoint ORDER BY 1",
    "runs": "SELECT id, status FROM run ORDER BY 1",
}


def table(db, folder):
    """All that the comparison says but for how long the trainings took."""
    text = subprocess.check_output(
        [darkroom, "compare", "--db", db, "--sweep", "shared", "--by",
         "sampling.sampler,sampling.steps,model.dropout,conditioning.warmup.epochs", "--metric",
         "validation.mse,train.l1", "--format", "csv"], cwd=folder, text=True)
    return [{key: value for key, value in row.items() if key != "training_seconds"}
            for row in csv.DictReader(io.StringIO(text))]


def slurm(*arguments):
    return subprocess.run(arguments, env=environment, check=True, capture_output=True, text=True).stdout.split("\n")[:-1]


def begin():
    return subprocess.Popen([darkroom, "sweep", "shared.yaml", "--db", "slurm.db", "--launcher", "slurm"], cwd=folder,
                            env=environment, stdout=subprocess.DEVNULL, stderr=open(f"{folder}/launch.log", "a"))


def running(kind):
    return [line.split()[0] for line in slurm("squeue", "--noheader", "--array", "--states=running", "--format=%F_%K %j")
            if kind in line]


def in_second_epoch():
    for file in glob.glob(f"{folder}/.darkroom/slurm/jobs/darkroom-train-*/0.progress"):
        with open(file) as progress:
            if '"epoch":1,' in progress.read():
                return True
    return False


def wait_for(condition):
    for _ in range(1200):
        if found := condition():
            return found
        time.sleep(0.1)
    sys.exit("waited for two minutes in vain; see " + f"{folder}/launch.log")


with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/shared.yaml", "w") as file:
        file.write(EXPERIMENT)
    environment = dict(os.environ, SLURM_CONF=f"{folder}/cluster/slurm.conf", CPUS="2", OMP_NUM_THREADS="1")
    daemons = subprocess.Popen([cluster, f"{folder}/cluster", "5"], env=environment, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    try:
        if daemons.stdout.readline() != b"ready\n":
            sys.exit("Slurm does not start; are slurmctld, slurmd, slurm-client and munge installed?")
        launch = begin()
        task = wait_for(lambda: running("train"))[0]
        # A state to go on from is saved a second after the beginning.
        wait_for(in_second_epoch)
        slurm("scancel", "--signal=USR1", "--batch", task)
        wait_for(lambda: [line for line in slurm("scontrol", "show", "job", task) if "Restarts=1" in line])
        launch.send_signal(signal.SIGINT)
        print(f"training {task} was queued again; left with Ctrl-C: status {launch.wait()}")
        launch = begin()
        wait_for(lambda: running("sample"))
        launch.kill()
        launch.wait()
        print("killed; launched once more")
        if status := begin().wait():
            sys.exit(f"the launch ended with status {status}:\n" + open(f"{folder}/launch.log").read())
        subprocess.run([darkroom, "sweep", "shared.yaml", "--db", "local.db", "--jobs", "2"], cwd=folder, check=True,
                       env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tables = [table(db, folder) for db in ("slurm.db", "local.db")]
        print(f"tables of {len(tables[0])} groups:", "equal" if tables[0] == tables[1] else "DIFFERENT")
        ok = tables[0] == tables[1]
        for name, sql in RECORDS.items():
            through, here = rows(f"{folder}/slurm.db", sql), rows(f"{folder}/local.db", sql)
            ok = ok and through == here
            print(f"{name}: {len(here)}, " + ("equal bit by bit" if through == here else "DIFFERENT"))
        with open(f"{folder}/search.yaml", "w") as file:
            file.write(SEARCH)
        for db, place in (("searched.db", ["--launcher", "slurm"]), ("searched-here.db", [])):
            subprocess.run([darkroom, "sweep", "search.yaml", "--db", db, "--jobs", "1", *place], cwd=folder, check=True,
                           env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in ("runs", "metrics"):
            through, here = rows(f"{folder}/searched.db", RECORDS[name]), rows(f"{folder}/searched-here.db", RECORDS[name])
            ok = ok and through == here
            print(f"{name} of a search: {len(here)}, " + ("equal bit by bit" if through == here else "DIFFERENT"))
        attempts = rows(f"{folder}/slurm.db", "SELECT status, count(*) FROM attempt GROUP BY status ORDER BY status")
        stages = rows(f"{folder}/slurm.db", "SELECT count(*) FROM stage")[0][0]
        print("attempts:", ", ".join(f"{count} {status}" for status, count in attempts), f"at {stages} stages")
        ok = ok and dict(attempts) == {"FINISHED": stages, "KILLED": 1}
    finally:
        daemons.stdin.close()
        daemons.wait()
sys.exit(0 if ok else 1)
