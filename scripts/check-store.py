"""What scripts/check-store does once the programs are built: Python 3 on Linux, standard library."""

import hashlib
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

darkroom, writer, seconds, kills = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

EXPERIMENT = """
name: NAME
seed: 3
data: {source: sprites, count: 200, size: 16}
model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1}
conditioning: {embedding: 8}
diffusion: {timesteps: 50}
training: {epochs: EPOCHS, batch_size: 4, threads: 1}
sampling: {grid: {rows: 1}}
sweep:
  parameters:
    sampling.steps: {values: [VALUES]}
"""


def started(*arguments):
    return subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(process, what):
    """What it printed; anything that it complained of ends the check."""
    output, complaint = process.communicate()
    if process.returncode or complaint:
        sys.exit(f"{what} ended with {process.returncode}: {complaint}")
    return output


def require(holds, complaint):
    if not holds:
        sys.exit(complaint)


def require_integrity(db):
    require(rows(db, "PRAGMA integrity_check") == [("ok",)], f"{db} is damaged")


def stage(name):
    return hashlib.sha256(name.encode()).hexdigest()


def check_creation(folder, stages, times):
    for number in range(times):
        db = os.path.join(folder, f"created-{number}.db")
        for process in [started(writer, "create", db, one) for one in stages]:
            answer(process, "a process that creates the store")
        require(rows(db, "SELECT count(*), sum(status = 'FINISHED') FROM run") == [(len(stages),) * 2], "runs are missing")
        require_integrity(db)
    print(f"{len(stages)} processes created one store at once, {times} times: every run there, integrity ok", flush=True)
    return db


def check_crowd(db, stages):
    writers = [started(writer, "crowd", db, one, seconds) for one in stages]
    readers = [started(writer, "read", db, one[:12], seconds) for one in stages[:4]]
    written = [answer(process, "a writer").split() for process in writers]
    read = [answer(process, "a reader").split() for process in readers]
    log = os.path.getsize(f"{db}-wal") if os.path.exists(f"{db}-wal") else 0
    for one, (count, _) in zip(stages, written):
        stored = rows(db, "SELECT count(*), count(DISTINCT step), max(step), sum(value <> step / 2.0) FROM metric "
                      "JOIN stage ON number = stage WHERE hash = ?", one)
        require(stored == [(int(count), int(count), int(count) - 1, 0)], f"{count} points acknowledged, stored: {stored}")
    require_integrity(db)
    counts = [int(count) for count, _ in written]
    print(f"16 writing and 4 reading for {seconds} s: {sum(counts):,} points acknowledged, none missing, 0 errors; "
          f"{min(counts):,} to {max(counts):,} a writer, the slowest point {max(float(s) for _, s in written):.2f} s; "
          f"{sum(int(count) for count, _ in read):,} readings, the slowest {max(float(s) for _, s in read):.2f} s; "
          f"log of {log >> 20} MB left; integrity ok", flush=True)


def check_kills(folder, choice):
    db = os.path.join(folder, "killed.db")
    one = stage("killed")
    answer(started(writer, "create", db, one), "the process that creates the store")
    acknowledged = beyond = 0
    start = time.time()
    for kill in range(kills):
        key = f"metric {kill}"
        process = started(writer, "log", db, one, key, "1000000")
        time.sleep(choice.uniform(0, 0.08))
        said = [process.stdout.readline() for _ in range(choice.choice([0, 1, 10, 100]))]
        process.kill()
        said += process.stdout.readlines()
        process.wait()
        last = max((int(line) for line in said if line.endswith("\n")), default=-1)
        steps = [step for step, in rows(
            db, "SELECT step FROM metric JOIN metric_key ON number = key WHERE name = ? ORDER BY step", key)]
        require(steps in (list(range(last + 1)), list(range(last + 2))), f"acknowledged up to {last}, stored: {steps}")
        acknowledged += last + 1
        beyond += len(steps) - last - 1
    require_integrity(db)
    print(f"{kills:,} SIGKILLs of a logging process: {acknowledged:,} points acknowledged, none missing; {beyond:,} stored "
          f"whose acknowledgement died with the writer; integrity ok: {time.time() - start:.0f} s", flush=True)


def ask(*arguments):
    return json.loads(subprocess.check_output([darkroom, *arguments, "--format", "json"]))


def sweep(folder, db, name, values, epochs):
    """A sweep of one training."""
    file = os.path.join(folder, f"{name}.yaml")
    text = EXPERIMENT.replace("NAME", name).replace("VALUES", values).replace("EPOCHS", str(epochs))
    open(file, "w").write(text)
    return started(darkroom, "sweep", file, "--db", db)


def wait_for_training(db, process):
    while not (os.path.exists(db) and rows(db, "SELECT 1 FROM sqlite_schema WHERE name = 'metric'")
               and rows(db, "SELECT 1 FROM metric WHERE step = 2")):
        if process.poll() is not None:
            sys.exit(f"the sweep ended early: {process.communicate()[1]}")
        time.sleep(0.05)


def kill_all(process):
    for victim in trainers_of(process.pid) + [process.pid]:
        os.kill(victim, signal.SIGKILL)
    process.communicate()


def check_death(folder):
    """A run whose processes are gone is shown so by every command that reads it."""
    db = os.path.join(folder, "dead.db")
    process = sweep(folder, db, "dead", "5", 10_000)
    wait_for_training(db, process)
    (run,) = ask("runs", "--db", db)
    require(run["status"] == "RUNNING", f"before it is killed, the run is {run['status']}")
    kill_all(process)
    start = time.time()
    asked = {
        "runs": lambda: ask("runs", "--db", db)[0]["status"] == "FAILED",
        "runs 'status = FAILED'": lambda: len(ask("runs", "status = FAILED", "--db", db)) == 1,
        "show": lambda: ask("show", run["id"], "--db", db)["status"] == "FAILED",
        "compare": lambda: "1 FAILED" in subprocess.run(
            [darkroom, "compare", "--by", "seed", "--db", db], capture_output=True, text=True).stderr,
    }
    times = []
    for command, is_shown in asked.items():
        while not is_shown():
            require(time.time() < start + 10, f"darkroom {command} shows a dead run as RUNNING after 10 s")
        times.append(f"{command} {time.time() - start:.1f} s")
    print(f"a killed run is shown as FAILED, after so long at most: {', '.join(times)}", flush=True)


def check_takeover(folder):
    """Two sweeps of one training, the one that is at it killed."""
    db = os.path.join(folder, "two.db")
    first = sweep(folder, db, "first", "5", 150)
    wait_for_training(db, first)
    second = sweep(folder, db, "second", "5, 10", 150)
    said = ""
    while "another process is at it; waiting for its result" not in said:
        line = second.stderr.readline()
        require(line, f"the second sweep did not wait: {said}")
        said += line
    kill_all(first)
    second.communicate()
    require(second.returncode == 0, f"the second sweep ended with {second.returncode}")
    attempts = rows(db, "SELECT kind, group_concat(attempt.status, ' then ') FROM attempt JOIN stage ON "
                    "stage.number = attempt.stage WHERE kind = 'train' GROUP BY hash")
    require(attempts == [("train", "FAILED then FINISHED")], f"the training: {attempts}")
    twice = rows(db, "SELECT 1 FROM attempt WHERE status = 'FINISHED' GROUP BY stage HAVING count(*) > 1")
    require(not twice, "stages finished twice")
    print("two sweeps of one training: the second said that it waits, took over when the first was killed, and finished "
          "every stage once", flush=True)


with tempfile.TemporaryDirectory() as folder:
    stages = [stage(f"{number}") for number in range(16)]
    db = check_creation(folder, stages, 10)
    check_crowd(db, stages)
    check_death(folder)
    check_takeover(folder)
    check_kills(folder, random.Random(0))
