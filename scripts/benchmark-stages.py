"""What scripts/benchmark-stages does once the programs are built: Python 3, standard library with SQLite."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from stores import rows

builds = {"this build": sys.argv[1]} | ({"the other": sys.argv[2]} if len(sys.argv) > 2 else {})
turns = int(sys.argv[3]) if len(sys.argv) > 3 else 3

EXPERIMENT = """
name: stages
seed: 3
data: {source: sprites, count: 400, size: 16}
model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1}
conditioning: {embedding: 8}
diffusion: {timesteps: 100}
training: {epochs: 2, batch_size: 16, threads: 1}
sampling: {sampler: ddim, steps: 5, grid: {rows: 2}}
"""
CELLS = 72
SWEEP = f"""
sweep:
  parameters:
    sampling.steps: {{values: {list(range(3, 3 + CELLS // 4))}}}
    sampling.eta: {{values: [0, 0.3, 0.6, 0.9]}}
"""


def launch(programs, command, file, db):
    """Wall seconds, and processor seconds of the launcher and all that it started."""
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    start, before = time.time(), spent()
    subprocess.run([f"{programs}/darkroom", command, file, "--db", db], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.time() - start, spent() - before


def measure(programs):
    with tempfile.TemporaryDirectory() as folder:
        files = {"run": EXPERIMENT, "sweep": EXPERIMENT + SWEEP}
        db = os.path.join(folder, "stages.db")
        for command, text in files.items():
            file = os.path.join(folder, f"{command}.yaml")
            with open(file, "w") as out:
                out.write(text)
            seconds = launch(programs, command, file, db)
        (done,), = rows(db, "SELECT count(*) FROM stage JOIN attempt ON attempt.stage = stage.number "
                        "WHERE kind = 'sample' AND attempt.status = 'FINISHED'")
        if done not in (CELLS, CELLS + 1):
            sys.exit(f"{done} grids were drawn, where {CELLS} were asked for")
        return seconds


taken = {name: [] for name in builds}
for turn in range(turns):
    for name, programs in builds.items():
        wall, processor = measure(programs)
        taken[name].append((wall, processor))
        print(f"turn {turn + 1}, {name}: {CELLS} stages in {wall:.1f} s, {processor:.1f} s of processor time", flush=True)
for name, values in taken.items():
    wall, processor = (statistics.median(part) for part in zip(*values))
    print(f"{name}: a stage {wall / CELLS:.3f} s, {processor / CELLS:.3f} s of processor time (medians of {turns})")
if len(taken) > 1:
    ratios = [[other / this for this, other in zip(*pair)] for pair in zip(*taken.values())]
    for part, one in zip(("wall", "processor"), zip(*ratios)):
        print(f"{part}: the other takes {statistics.median(one):.2f} times as long ({min(one):.2f}…{max(one):.2f})")
