"""What scripts/check-trackers asks Python: opens the exports in FOLDER and compares them with FOLDER/tiny.db."""

import csv
import io
import json
import logging
import math
import os
import pathlib
import re
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["GIT_PYTHON_REFRESH"] = "quiet"
import mlflow  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402
from tensorboard.util import tensor_util  # noqa: E402

logging.disable(logging.INFO)
FOLDER = pathlib.Path(sys.argv[1])
STORE = sqlite3.connect(f"file:{FOLDER}/tiny.db?mode=ro", uri=True)


def bits(value):
    return struct.pack("<d", value)


def single(value):
    """The nearest float32, which is what TensorBoard keeps."""
    return float(np.float32(struct.unpack("<d", value)[0]))


def ask(question, *arguments):
    return STORE.execute(question, arguments).fetchall()


def not_a_number(value):
    return math.nan if value is None else value


runs = {}
for number, name, status, start, end in ask("SELECT number, name, status, started_at, ended_at FROM run"):
    points = {}
    for key, step, value, when in ask(
        """SELECT name, step, value, time FROM path JOIN metric USING (stage) JOIN metric_key
           ON metric_key.number = metric.key WHERE run = ? AND (end_epoch IS NULL OR step < end_epoch) ORDER BY step""",
        number,
    ):
        points.setdefault(key, []).append((step, bits(not_a_number(value)), when))
    cells = {}
    for epoch, cell, label, size, pixels in ask(
        "SELECT epoch, cell, label, size, pixels FROM path JOIN grid_cell USING (stage) WHERE run = ? ORDER BY cell", number
    ):
        cells.setdefault(epoch, []).append((label, np.frombuffer(pixels, np.uint8).reshape(size, size, 3)))
    runs[name] = {
        "status": status, "start": start, "end": end, "points": points, "cells": cells,
        "id": ask("SELECT id FROM run WHERE number = ?", number)[0][0],
        "parameters": dict(ask(
            "SELECT path, text FROM run_parameter JOIN parameter ON parameter = parameter.number WHERE run = ?", number)),
        "numbers": dict(ask(
            """SELECT path, value FROM run_parameter JOIN parameter ON parameter = parameter.number
               WHERE run = ? AND value IS NOT NULL""", number)),
        "events": ask(
            """SELECT epoch, type FROM path JOIN event USING (stage) WHERE run = ?
               AND (end_epoch IS NULL OR epoch < end_epoch)""", number),
    }
assert len(runs) == 4 and all(len(run["cells"]) == 2 for run in runs.values())
count = sum(len(points) for run in runs.values() for points in run["points"].values())


def same_sheet(png, cells):
    """Every cell stands in the sheet, enlarged four times, two pixels between."""
    sheet = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    columns = len({label for label, _ in cells})
    for place, (_, cell) in enumerate(cells):
        size = len(cell) * 4
        top, left = (2 + part * (size + 2) for part in divmod(place, columns))
        assert (sheet[top:top + size:4, left:left + size:4] == cell).all()


# TensorBoard's reader, everything kept.
board = FOLDER / "to tensorboard"
for name, run in runs.items():
    reader = EventAccumulator(str(board / name), size_guidance={"scalars": 0, "tensors": 0, "images": 0})
    reader.Reload()
    assert set(reader.Tags()["scalars"]) == set(run["points"])
    for key, points in run["points"].items():
        read = [(event.step, bits(event.value), round(event.wall_time * 1000)) for event in reader.Scalars(key)]
        assert read == [(step, bits(single(value)), time) for step, value, time in points], (name, key)
    assert sorted(image.step for image in reader.Images("samples")) == sorted(run["cells"])
    for image in reader.Images("samples"):
        same_sheet(image.encoded_image_string, run["cells"][image.step])
    texts = [
        (event.step, re.match(r"\*\*(.*?)\*\*", tensor_util.make_ndarray(event.tensor_proto).item().decode())[1])
        for event in reader.Tensors("events")
    ]
    assert sorted(texts) == sorted(run["events"])
print(f"tensorboard's reader: {count} points of {len(runs)} runs, all equal as float32; grids and events too")


def serve(fast):
    """TensorBoard itself, by its own interface."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", "--logdir", str(board), "--port", "0", "--host", "127.0.0.1",
         f"--load_fast={fast}", "--samples_per_plugin", "scalars=1000000,images=1000"], stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if found := re.search(r"http://127.0.0.1:\d+/", line):
                break

        def get(path, body=None, **query):
            url = f"{found[0]}data/{path}?{urllib.parse.urlencode(query)}"
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
            return json.load(urllib.request.urlopen(request))

        def pictures(name):
            try:
                return get("plugin/images/images", run=name, tag="samples", sample=0)
            except urllib.error.HTTPError:
                return []

        # It serves while it reads; a file's pictures come after its curves.
        for _ in range(300):
            if all(len(pictures(name)) == len(run["cells"]) for name, run in runs.items()):
                break
            time.sleep(0.1)
        for name, run in runs.items():
            for key, points in run["points"].items():
                shown = get("plugin/scalars/scalars", run=name, tag=key)
                assert [(step, bits(float(value))) for _, step, value in shown] == [
                    (step, bits(single(value))) for step, value, _ in points
                ], (name, key)
            assert len(pictures(name)) == len(run["cells"])
        columns = get("plugin/hparams/experiment", {"experimentName": "", "includeMetrics": True})
        varied = {info["name"] for info in columns["hparamInfos"]}
        expected = {key for run in runs.values() for key in run["parameters"]
                    if len({other["parameters"][key] for other in runs.values()}) > 1}
        assert varied == expected, varied ^ expected
        groups = get("plugin/hparams/session_groups", {
            "experimentName": "", "startIndex": 0, "sliceSize": 100, "allowedStatuses": ["STATUS_SUCCESS"],
            "colParams": [{"metric": info["name"], "includeInResult": True} for info in columns["metricInfos"]]
            + [{"hparam": name, "includeInResult": True} for name in sorted(varied)],
        })["sessionGroups"]
        assert len(groups) == len(runs)
        for group in groups:
            run = runs[group["sessions"][0]["name"]]
            for key, value in group["hparams"].items():
                wanted = run["numbers"].get(key, run["parameters"][key])
                assert value == wanted or str(value) == str(wanted), (key, value, wanted)
            values = {value["name"]["tag"]: value["value"] for value in group["metricValues"]}
            assert set(values) == {key for key in run["points"] if ".bucket." not in key}
            for key, value in values.items():
                assert value == single(run["points"][key][-1][1]), (key, value)
    finally:
        process.terminate()
        process.wait()
    print(f"tensorboard --load_fast={fast}: the same points, grids, and {len(groups)} runs among the hyperparameters")


serve("false")
serve("true")

# MLflow's client.
tracking = FOLDER / "to mlflow"
client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{tracking}/mlflow.db")
experiment = client.get_experiment_by_name("tiny")
assert experiment.tags["mlflow.note.content"] == "Does a bottleneck hurt?"
found = client.search_runs([experiment.experiment_id])
assert {run.info.run_name for run in found} == set(runs)
for read in found:
    run = runs[read.info.run_name]
    assert (read.info.run_id, read.info.status) == (run["id"], run["status"])
    assert (read.info.start_time, read.info.end_time) == (run["start"], run["end"])
    assert read.data.params == run["parameters"]
    assert set(read.data.metrics) == set(run["points"])
    for key, points in run["points"].items():
        history = [(m.step, bits(m.value), m.timestamp) for m in client.get_metric_history(run["id"], key)]
        assert sorted(history) == sorted(points), key
        assert bits(read.data.metrics[key]) == points[-1][1]
    for file in client.list_artifacts(run["id"], "samples"):
        local = client.download_artifacts(run["id"], file.path)
        same_sheet(pathlib.Path(local).read_bytes(), run["cells"][int(re.search(r"\d+", file.path)[0])])
    assert len(client.list_artifacts(run["id"], "samples")) == len(run["cells"])
    events = json.loads(pathlib.Path(client.download_artifacts(run["id"], "events.json")).read_text())
    assert sorted((event["epoch"], event["type"]) for event in events) == sorted(run["events"])
names = {run.info.run_name for run in client.search_runs([experiment.experiment_id], "params.sampling.sampler = 'ddim'")}
assert names == {name for name, run in runs.items() if run["parameters"]["sampling.sampler"] == "ddim"}
# The store is MLflow's own from then on.
client.log_metric(found[0].info.run_id, "looked.at", 1.0)
print(f"MLflow {mlflow.__version__}: {count} points, parameters, times, statuses and artifacts, all equal")

# CSV.
tables = {file.stem: list(csv.DictReader(file.open(newline=""))) for file in (FOLDER / "to csv").glob("*.csv")}
ids = {run["id"]: run for run in runs.values()}
assert {row["id"] for row in tables["runs"]} == set(ids)
rows = [(row["run"], row["metric"], int(row["step"]), bits(float(row["value"]))) for row in tables["metrics"]]
assert sorted(rows) == sorted(
    (id, key, point[0], point[1]) for id, run in ids.items() for key, points in run["points"].items() for point in points)
for id, run in ids.items():
    read = {row["parameter"]: row["value"] for row in tables["parameters"] if row["run"] == id}
    assert read == {key: "" if text == "null" else text for key, text in run["parameters"].items()}
    assert len([row for row in tables["events"] if row["run"] == id]) == len(run["events"])
    assert {row["score"] for row in tables["scores"] if row["run"] == id} >= {"kid", "class_accuracy"}
print(f"CSV: {len(rows)} points and {len(tables['parameters'])} parameters, all equal")
