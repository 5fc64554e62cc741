#!/usr/bin/env python3
"""Writes Tests/EvaluationTests/Goldens: scores of given features by scipy, scikit-learn, torchmetrics and prdc, and
TorchScript files with what they give.

    pip install torch torchmetrics prdc scipy scikit-learn numpy
    python3 scripts/golden-evaluation.py
"""
import io
import json
import pathlib
import zipfile

import numpy as np
import torch
from prdc import compute_prdc
from scipy.linalg import sqrtm
from sklearn.metrics import accuracy_score
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from torchmetrics.image.fid import _compute_fid
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import poly_mmd

folder = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "EvaluationTests" / "Goldens"
folder.mkdir(parents=True, exist_ok=True)
generator = np.random.default_rng(6)


def frechet(x, y):
    fits = [(torch.from_numpy(z.mean(0)), torch.from_numpy(np.cov(z, rowvar=False))) for z in (x, y)]
    value = float(_compute_fid(*fits[0], *fits[1]))
    root = sqrtm(np.cov(x, rowvar=False) @ np.cov(y, rowvar=False)).real
    by_scipy = np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(np.cov(x, rowvar=False) + np.cov(y, rowvar=False) - 2 * root)
    assert abs(value - by_scipy) < 1e-5 * max(1, value), (value, by_scipy)
    return value


def discrepancy(x, y):
    def kernel(a, b):
        return polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)

    n, m = len(x), len(y)
    xx, yy = kernel(x, x), kernel(y, y)
    return float(
        (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * kernel(x, y).mean())


def kernel_distance(x, y, blocks=20):
    left = np.array([
        discrepancy(x[np.arange(len(x)) % blocks != b], y[np.arange(len(y)) % blocks != b]) for b in range(blocks)])
    error = float(np.sqrt((blocks - 1) / blocks * np.sum((left - left.mean()) ** 2)))
    n = min(len(x), len(y))
    by_torchmetrics = float(poly_mmd(torch.from_numpy(x[:n]), torch.from_numpy(y[:n])))
    assert abs(by_torchmetrics - discrepancy(x[:n], y[:n])) < 1e-10
    return discrepancy(x, y), error


class Given(torch.nn.Module):
    """In the place of Inception: what is called a picture are its logits already."""

    def forward(self, x):
        return x.float()


def inception_score(logits):
    metric = InceptionScore(feature=Given(), splits=10)
    metric.features = [torch.from_numpy(logits)]
    shuffle, torch.randperm = torch.randperm, lambda n: torch.arange(n)
    mean, deviation = metric.compute()
    torch.randperm = shuffle
    return float(mean), float(deviation)


def scores(x, y, logits, labels):
    prdc = compute_prdc(real_features=y, fake_features=x, nearest_k=5)
    kid, kid_error = kernel_distance(x, y)
    mean, deviation = inception_score(logits)
    return {
        "generated": x.tolist(), "reference": y.tolist(), "logits": logits.tolist(), "labels": labels.tolist(),
        "fid": frechet(x, y), "kid": kid, "kid_standard_error": kid_error,
        "density": float(prdc["density"]), "coverage": float(prdc["coverage"]),
        "inception_score": mean, "inception_score_standard_deviation": deviation,
        "class_accuracy": float(accuracy_score(labels, logits.argmax(1))),
    }


def features(n, d, shift, spread):
    mixed = generator.normal(0, 1, (n, d)) @ np.triu(np.ones((d, d)) * 0.2 + np.eye(d))
    return np.round(shift + spread * mixed, 3)


cases = []
for n, m, d, shift, spread in ((90, 110, 8, 0.3, 1.2), (47, 47, 5, 0.0, 1.0), (64, 21, 3, 5.0, 0.1)):
    logits = np.round(generator.normal(0, 2, (n, 5)), 3)
    cases.append(scores(features(n, d, shift, spread), features(m, d, 0, 1), logits, generator.integers(0, 5, n)))
# Two features that say the same: a covariance without full rank.
twice = [np.concatenate([z, z[:, :1]], axis=1) for z in (features(30, 3, 0.5, 1), features(40, 3, 0, 1))]
cases.append(scores(*twice, np.round(generator.normal(0, 2, (30, 4)), 3), generator.integers(0, 4, 30)))
(folder / "scores.json").write_text(json.dumps(cases) + "\n")

pictures = generator.integers(0, 256, (12, 4, 4, 3))
others = generator.integers(0, 256, (25, 4, 4, 3))
pictures[3] = others[7]
pictures[5] = np.clip(others[20] + 1, 0, 255)
neighbours = NearestNeighbors(n_neighbors=1).fit(others.reshape(25, -1).astype(float))
distances, indices = neighbours.kneighbors(pictures.reshape(12, -1).astype(float))
(folder / "neighbours.json").write_text(json.dumps({
    "pictures": pictures.ravel().tolist(), "others": others.ravel().tolist(),
    "distances": (distances[:, 0] / np.sqrt(48)).tolist(), "indices": indices[:, 0].tolist()}) + "\n")


class FeaturesAndLogits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = torch.nn.Conv2d(3, 4, 3, stride=2)
        self.head = torch.nn.Linear(4, 3)

    def forward(self, pictures):
        features = torch.relu(self.convolution(pictures.float() / 255)).mean((2, 3))
        return features, self.head(features)


class FeaturesAlone(torch.nn.Module):
    def forward(self, pictures):
        return pictures.float().mean((2, 3))


class NoTensor(torch.nn.Module):
    def forward(self, pictures):
        return int(pictures.shape[0])


def save(module, name):
    """Without what names the files of this machine."""
    whole = io.BytesIO()
    torch.jit.save(torch.jit.script(module), whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(folder / name, "w") as target:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry))
    torch.jit.load(folder / name)


torch.manual_seed(0)
module = FeaturesAndLogits()
save(module, "features-and-logits.pt")
save(FeaturesAlone(), "features.pt")
save(NoTensor(), "no-tensor.pt")
with torch.no_grad():
    x = torch.from_numpy(pictures.astype(np.uint8)).permute(0, 3, 1, 2)
    values, logits = module(x)
    (folder / "script.json").write_text(json.dumps({
        "pictures": pictures.ravel().tolist(), "features": values.ravel().tolist(), "logits": logits.ravel().tolist(),
        "means": FeaturesAlone()(x).ravel().tolist()}) + "\n")
