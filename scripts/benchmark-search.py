"""What scripts/benchmark-search does once the program is built: Python 3 on Linux, standard library with SQLite."""

import os
import subprocess
import sys
import tempfile

from stores import rows

trainer, sizes = os.path.realpath(sys.argv[1]), [int(size) for size in sys.argv[2:]]

EXPERIMENT = """
name: search
training: {{epochs: 10}}
sweep:
  method: tpe
  metric: {{name: validation.mse}}
  run_cap: {trials}
{rest}  parameters:
    training.learning_rate: {{distribution: log_uniform_values, min: 1.0e-6, max: 1.0}}
    model.dropout: {{min: 0.0, max: 0.5}}
    training.optimizer: {{values: [adamw, sgd]}}
"""
SEARCHES = {"tpe": "", "tpe with early_terminate": "  early_terminate: {type: hyperband, min_iter: 1}\n"}


def seconds(folder, trials, rest):
    """User and system time of the launcher without the trainers that it starts."""
    file, db = os.path.join(folder, "search.yaml"), os.path.join(folder, "runs.db")
    with open(file, "w") as out:
        out.write(EXPERIMENT.format(trials=trials, rest=rest))
    said = open(os.path.join(folder, "said"), "w+")
    process = subprocess.Popen(
        [trainer, "launch", db, file, trainer, "1"], stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    # Left unreaped, so that its times can still be read.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    if process.wait():
        said.seek(0)
        sys.exit(f"a launch ended with {process.returncode}: {said.read()[-1000:]}")
    ended, = rows(db, "SELECT count(*) FROM run WHERE status = 'FINISHED'")[0]
    if ended != trials:
        sys.exit(f"{ended} of {trials} runs have finished")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


for name, rest in SEARCHES.items():
    for trials in sizes:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}, {trials} trials: {seconds(folder, trials, rest):.1f} s", flush=True)
