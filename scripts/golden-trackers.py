"""Writes Tests/ExchangeTests/Goldens: event files by TensorBoard's own messages and record writer, and the tables of an
MLflow store by its own migrations.

Needs `pip install tensorboard mlflow`.
"""

import base64
import json
import os
import sqlite3
import tempfile
from pathlib import Path

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import sqlalchemy  # noqa: E402
from alembic import command  # noqa: E402
from mlflow.store.db.utils import _get_alembic_config  # noqa: E402
from mlflow.store.tracking.dbmodels.initial_models import Base  # noqa: E402
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2  # noqa: E402
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2  # noqa: E402
from tensorboard.plugins.text import metadata as text  # noqa: E402
from tensorboard.summary.writer.record_writer import RecordWriter  # noqa: E402

GOLDENS = Path(__file__).parent.parent / "Tests/ExchangeTests/Goldens"
GOLDENS.mkdir(parents=True, exist_ok=True)
# A grey pixel by libpng's encoder; what matters is that it comes through.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")


def write(name, events):
    with open(GOLDENS / name, "wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString(deterministic=True))
        writer.flush()


def value(step, time, **content):
    return event_pb2.Event(
        wall_time=time, step=step, summary=summary_pb2.Summary(value=[summary_pb2.Summary.Value(**content)]))


def hparams(time, tag, **content):
    # `create_summary_metadata` serialises the map of parameters in any order, so it is done here.
    content = plugin_data_pb2.HParamsPluginData(version=metadata.PLUGIN_DATA_VERSION, **content)
    plugin = summary_pb2.SummaryMetadata.PluginData(
        plugin_name=metadata.PLUGIN_NAME, content=content.SerializeToString(deterministic=True))
    tensor = tensor_pb2.TensorProto.FromString(metadata.NULL_TENSOR.SerializeToString())
    return value(0, time, tag=tag, tensor=tensor, metadata=summary_pb2.SummaryMetadata(plugin_data=plugin))


start = plugin_data_pb2.SessionStartInfo(start_time_secs=1700000000.125)
for key, number in {"model.dropout": 0.2, "seed": 7, "zero": 0}.items():
    start.hparams[key].number_value = number
start.hparams["sampling.sampler"].string_value = "ddim"
start.hparams["conditioning.bottleneck"].string_value = "null"
start.hparams["model.attention"].bool_value = False
start.hparams["model.widths"].string_value = "[32,64]"

described = text.create_summary_metadata("", "")
points = [0.1, 0.0, -0.0, float("nan"), float("inf"), 1e300, 1e-45, -2.5]
write("run.tfevents", [
    event_pb2.Event(wall_time=1700000000.125, file_version="brain.Event:2"),
    hparams(1700000000.125, metadata.SESSION_START_INFO_TAG, session_start_info=start),
    *[value(step, 1700000001.5 + step, tag="validation.l1", simple_value=point) for step, point in enumerate(points)],
    value(4, 1700000002.0, tag="events", metadata=summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name=described.plugin_data.plugin_name),
        data_class=described.data_class,
    ), tensor=tensor_pb2.TensorProto(
        dtype=7, tensor_shape=tensor_shape_pb2.TensorShapeProto(), string_val=["**warmup.frozen** ½".encode()])),
    value(9, 1700000003.0, tag="samples", image=summary_pb2.Summary.Image(
        height=1, width=1, colorspace=3, encoded_image_string=PNG)),
    hparams(1700000003.0, metadata.SESSION_END_INFO_TAG, session_end_info=plugin_data_pb2.SessionEndInfo(
        status=api_pb2.STATUS_SUCCESS, end_time_secs=1700000003.0)),
])

infos = [("conditioning.bottleneck", api_pb2.DATA_TYPE_STRING), ("model.attention", api_pb2.DATA_TYPE_BOOL),
         ("model.dropout", api_pb2.DATA_TYPE_FLOAT64)]
experiment = api_pb2.Experiment(
    time_created_secs=1700000000.125, hparam_infos=[api_pb2.HParamInfo(name=name, type=type) for name, type in infos],
    metric_infos=[api_pb2.MetricInfo(name=api_pb2.MetricName(tag=tag)) for tag in ["kid", "validation.l1"]])
write("experiment.tfevents", [
    event_pb2.Event(wall_time=1700000000.125, file_version="brain.Event:2"),
    hparams(1700000000.125, metadata.EXPERIMENT_TAG, experiment=experiment),
])

REVISION = "0a8213491aaa"
with tempfile.TemporaryDirectory() as folder:
    url = f"sqlite:///{folder}/mlflow.db"
    engine = sqlalchemy.create_engine(url)
    Base.metadata.create_all(engine)
    command.upgrade(_get_alembic_config(url), REVISION)
    store = sqlite3.connect(f"{folder}/mlflow.db")
    tables = [name for name, in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    # Name, type, whether it may be null, default, place in the primary key.
    columns = {table: [list(row[1:]) for row in store.execute(f"PRAGMA table_info({table})")] for table in tables}
    keys = {table: sorted(list(row[2:7]) for row in store.execute(f"PRAGMA foreign_key_list({table})")) for table in tables}
lines = ",\n".join(
    f' "{table}": {json.dumps({"columns": columns[table], "foreign_keys": keys[table]})}' for table in tables)
(GOLDENS / "mlflow-tables.json").write_text('{"revision": "%s", "tables": {\n%s\n}}\n' % (REVISION, lines))
