"""Writes Tests/RunStoreTests/Goldens/mlflow-filters.json: filters in MLflow's grammar, and the runs that MLflow finds.

Needs `pip install mlflow==3.5.0` or later.
"""

import json
import logging
import os
import random
import tempfile
from pathlib import Path

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["GIT_PYTHON_REFRESH"] = "quiet"
import mlflow  # noqa: E402

logging.disable(logging.INFO)
chance = random.Random(6)
samplers, tags, numbers = ["ddim", "DDIM", "ddpm", "a_b", "it is"], ["Good one", "good", "bad"], [-1.5, 0, 0.2, 1, 1e3]

with tempfile.TemporaryDirectory() as folder:
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{folder}/mlflow.db")
    experiment = client.create_experiment("golden")
    runs = []
    for number in range(24):
        run = {
            "name": f"run {number}",
            "params": {"sampling.sampler": chance.choice(samplers), "model.dropout": str(chance.choice(["0.2", "0"]))},
            "metrics": {key: chance.choice(numbers) for key in ["kid", "val/l1", "odd name"] if chance.random() < 0.8},
            "tags": {"note": chance.choice(tags)} if chance.random() < 0.7 else {},
        }
        made = client.create_run(experiment, run_name=run["name"], tags=run["tags"]).info.run_id
        for key, value in run["params"].items():
            client.log_param(made, key, value)
        for key, value in run["metrics"].items():
            client.log_metric(made, key, value + 1, step=0)
            client.log_metric(made, key, value, step=1)
        if number % 2 == 0:
            client.set_terminated(made, "FINISHED" if number % 4 else "FAILED")
        run["status"] = client.get_run(made).info.status
        runs.append(run)

    def metric():
        key = chance.choice(["metrics.kid", "metric.kid", "metrics.`odd name`", 'metrics."val/l1"'])
        return f"{key} {chance.choice(['>', '>=', '=', '!=', '<', '<='])} {chance.choice(numbers)}"

    def text():
        key = chance.choice(
            ["params.sampling.sampler", "param.`sampling.sampler`", "tags.note", 'tag."note"', "attributes.run_name",
             "run_name", "attribute.`run name`"]
        )
        if chance.random() < 0.5:
            quote = chance.choice("'\"")
            value = chance.choice(samplers + tags + ["run 3"])
            return f"{key} {chance.choice(['=', '!='])} {quote}{value}{quote}"
        pattern = chance.choice(["dd%", "%M", "DD_m", "good%", "%o%", "run 1_", "a_b", "%"])
        return f"{key} {chance.choice(['LIKE', 'ILIKE', 'like'])} '{pattern}'"

    def attribute():
        status = chance.choice(["FINISHED", "FAILED", "RUNNING"])
        return f"{chance.choice(['status', 'attributes.status', 'attr.status'])} {chance.choice(['=', '!='])} '{status}'"

    def parameter():
        return f"params.model.dropout {chance.choice(['=', '!='])} '{chance.choice(['0.2', '0'])}'"

    filters = []
    for _ in range(250):
        kinds = chance.choices([metric, metric, text, text, attribute, parameter], k=chance.choice([1, 1, 2, 3]))
        parts = [kind() for kind in kinds]
        filter = chance.choice([" and ", " AND "]).join(parts)
        found = [run.info.run_name for run in client.search_runs([experiment], filter, max_results=100)]
        filters.append({"filter": filter, "runs": sorted(found)})

target = Path(__file__).parent.parent / "Tests/RunStoreTests/Goldens/mlflow-filters.json"
target.parent.mkdir(exist_ok=True)
lines = ",\n".join(json.dumps(filter) for filter in filters)
target.write_text('{"mlflow": "%s", "runs": [\n%s],\n"filters": [\n%s]}\n' % (
    mlflow.__version__, ",\n".join(json.dumps(run) for run in runs), lines))
