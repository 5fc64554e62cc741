"""What scripts/benchmark-run does once the programs are built: Python 3, standard library with SQLite."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile

programs, threads = sys.argv[1], int(sys.argv[2])

# Greatest share of a run's time, seconds from the end of the stage before to the first step, and times as long as the
# network's passes alone.
SHARES = {"recording": 0.01, "data": 0.01}
START = 1.0
OVERHEAD = 1.1

COMMON = """
name: measured
seed: 7
data: {{source: sprites, count: {count}, size: 16, balance: inverse-frequency, augmentation: {{flip: 0.5}}}}
model: {model}
conditioning: {{embedding: 32, bottleneck: 8, label_keep: 0.95}}
training: {{epochs: {epochs}, batch_size: {batch}, threads: {threads}, keep: {{best: validation.mse}}}}
sampling: {{steps: 10, grid: {{rows: 4, every_epochs: 2}}}}
"""
# The smallest network that is worth a run, whose steps are shortest, and the tutorial's.
RUNS = {
    "widths 32, 64, one layer, batch 16": dict(
        count=2000, epochs=6, batch=16,
        model="{widths: [32, 64], norm_groups: 8, layers_per_block: 1, heads: 4, cross_attention: 64}"),
    "widths 64, 128, 256, batch 32": dict(count=800, epochs=4, batch=32, model="{widths: [64, 128, 256], dropout: 0.2}"),
}
OVERHEADS = [(job, batch, widths) for job, batch in (("validation", 128), ("grid", 20))
             for widths in ("32,64", "64,128,256")]

ROWS = """
SELECT stage.kind, attempt.environment, attempt.started_at, attempt.ended_at
FROM attempt JOIN stage ON stage.number = attempt.stage ORDER BY attempt.started_at
"""

failed = []


def check(what, value, limit, text):
    met = value <= limit
    print(f"  {what:44} {text} (at most {limit:g}){'' if met else ': missed'}")
    if not met:
        failed.append(what)


def stages(settings):
    """Kind, seconds by part, and times in seconds of every stage of a run, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        file, database = os.path.join(folder, "run.yaml"), os.path.join(folder, "run.db")
        with open(file, "w") as out:
            out.write(COMMON.format(threads=threads, **settings))
        subprocess.run([f"{programs}/darkroom", "run", file, "--db", database], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        connection = sqlite3.connect(database)
        for kind, environment, start, end in connection.execute(ROWS):
            parts = {key.removeprefix(f"seconds.{kind}."): value for key, value in json.loads(environment).items()
                     if key.startswith("seconds.")}
            yield kind, parts, start / 1000, end / 1000
        connection.close()


for name, settings in RUNS.items():
    done = list(stages(settings))
    whole = done[-1][3] - done[0][2]
    total = {}
    for _, parts, start, end in done:
        for part, seconds in [*parts.items(), ("not accounted for", end - start - sum(parts.values()))]:
            total[part] = total.get(part, 0) + seconds
    total["between stages"] = whole - sum(end - start for _, _, start, end in done)
    print(f"{name}: {whole:.1f} s, {threads} threads")
    for part, seconds in sorted(total.items(), key=lambda item: -item[1]):
        share = seconds / whole
        if part in SHARES:
            check(part, share, SHARES[part], f"{seconds:8.3f} s, {share:7.2%} of the run")
        else:
            print(f"  {part:44} {seconds:8.3f} s, {share:7.2%} of the run")
    for before, (kind, parts, start, _) in zip(done, done[1:]):
        if "start" in parts:
            seconds = start - before[3] + parts["start"]
            check(f"start of a stage, {kind}", seconds, START, f"{seconds:8.3f} s")

print("times as long as the passes through the network alone")
for job, batch, widths in OVERHEADS:
    answer = json.loads(subprocess.run(
        [f"{programs}/darkroom-trainer", "benchmark", job, "--batch", str(batch), "--widths", widths, "--repeats", "5",
         "--threads", str(threads)], check=True, capture_output=True).stdout)
    check(f"{job} of {batch}, widths {widths}", answer["overhead"], OVERHEAD, f"{answer['overhead']:8.3f}")
if failed:
    sys.exit(f"beyond the limit: {', '.join(failed)}")
