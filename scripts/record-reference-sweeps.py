"""Copies the store of the reference sweeps to the one that is committed, without what only its files make good: Python 3
with SQLite. usage: record-reference-sweeps.py SOURCE TARGET"""

import os
import sqlite3
import sys

source, target = sys.argv[1:]
OTHERS = """SELECT count(*) FROM run WHERE number NOT IN (
  SELECT run FROM sweep_run JOIN sweep ON sweep.number = sweep_run.sweep WHERE sweep.name LIKE 'reference-%')"""


def own_runs(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(OTHERS).fetchone()[0]
    finally:
        connection.close()


if os.path.exists(target) and own_runs(target):
    sys.exit(f"{target} holds {own_runs(target)} runs that no reference sweep means: move it away first")

copy = target + ".new"
if os.path.exists(copy):
    os.remove(copy)
connection = sqlite3.connect(source)
unfinished = connection.execute("SELECT count(*) FROM run WHERE status <> 'FINISHED'").fetchone()[0]
if unfinished:
    sys.exit(f"{source}: {unfinished} runs have not finished")
connection.execute("VACUUM INTO ?", (copy,))
connection.close()

# Files are not committed, so nothing may say that they are there.
connection = sqlite3.connect(copy, isolation_level=None)
connection.execute("DELETE FROM checkpoint")
connection.execute("VACUUM")
assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
connection.close()
with open(copy, "rb") as file:
    os.fsync(file.fileno())
for ending in ["-wal", "-shm"]:
    if os.path.exists(target + ending):
        os.remove(target + ending)
os.replace(copy, target)
print(f"{target}: {os.path.getsize(target) / 1e6:.1f} MB")
