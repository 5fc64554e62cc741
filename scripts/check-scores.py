"""What scripts/check-scores asks Python: scores the pictures of a store again, and compares with what it recorded."""

import contextlib
import io
import pathlib
import sqlite3
import sys

import numpy as np
import torch
from prdc import compute_prdc
from safetensors.torch import load_file
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from torch.nn import functional
from torchmetrics.image.fid import _compute_fid

store = pathlib.Path(sys.argv[1])
database = sqlite3.connect(store)
artifacts = store.parent / ".darkroom" / store.stem


def file(stage):
    path, = database.execute("SELECT path FROM checkpoint JOIN stage ON hash = state WHERE number = ?", (stage,)).fetchone()
    return load_file(artifacts / path)


def parents(stage):
    rows = database.execute("SELECT parent FROM stage_parent WHERE stage = ? ORDER BY position", (stage,))
    return [parent for parent, in rows]


def classify(weights, pictures):
    """The classifier of Sources/Evaluation: features as they are compared, and logits."""
    x = (pictures.float() / 127.5 - 1).permute(0, 3, 1, 2)
    count = sum(name.endswith("weight") for name in weights) - 1
    for i in range(count):
        name = f"convolutions.{i}"
        stride = 1 if i == count - 1 else 2
        x = functional.silu(functional.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], stride, 1))
    x = x.mean((2, 3))
    return (x / weights["scale"]).double().numpy(), functional.linear(x, weights["head.weight"], weights["head.bias"])


def frechet(x, y):
    fits = [(torch.from_numpy(z.mean(0)), torch.from_numpy(np.cov(z, rowvar=False))) for z in (x, y)]
    return float(_compute_fid(*fits[0], *fits[1]))


def discrepancy(x, y):
    xx, yy, xy = (polynomial_kernel(a, b, 3, 1 / x.shape[1], 1) for a, b in ((x, x), (y, y), (x, y)))
    n, m = len(x), len(y)
    return (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * xy.mean()


def inception_score(logits):
    parts = logits.double().log_softmax(1).chunk(10)
    divergences = [(p.exp() * (p - p.exp().mean(0).log())).sum(1).mean() for p in parts]
    return torch.stack(divergences).exp().mean().item()


def nearest(pictures, others):
    pictures, others = (x.flatten(1).double().numpy() for x in (pictures, others))
    distances, _ = NearestNeighbors(n_neighbors=1).fit(others).kneighbors(pictures)
    return np.median(distances) / np.sqrt(pictures.shape[1])


worst = 0
for stage, in database.execute("SELECT number FROM stage WHERE kind = 'evaluate'").fetchall():
    drawing, extractor = parents(stage)
    data, weights, drawn = file(parents(extractor)[0]), file(extractor), file(drawing)
    train = data["pixels"][data["train"]]
    held_out = data["pixels"][torch.cat([data["validation"], data["test"]])]
    (x, logits), (y, _) = classify(weights, drawn["pixels"]), classify(weights, train)
    with contextlib.redirect_stdout(io.StringIO()):
        nearness = compute_prdc(y, x, 5)
    expected = {
        "fid": frechet(x, y), "kid": discrepancy(x, y), "inception_score": inception_score(logits),
        "class_accuracy": (logits.argmax(1) == drawn["labels"]).double().mean().item(),
        "density": nearness["density"], "coverage": nearness["coverage"],
        "nearest_neighbour": nearest(drawn["pixels"], train) / nearest(held_out, train),
    }
    recorded = dict(database.execute(
        "SELECT name, value FROM metric JOIN metric_key ON number = key WHERE stage = ?", (stage,)))
    for key, value in expected.items():
        distance = abs(recorded[key] - value) / max(1, abs(value))
        worst = max(worst, float(distance))
        print(f"{key:18} {recorded[key]:<22.12g} {value:<22.12g} {distance:.1e}")
print(f"the greatest distance is {worst:.1e}")
sys.exit(0 if worst <= 1e-4 else 1)
