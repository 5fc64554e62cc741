"""Prints the ids and hashes that IdentityTests expects, worked out from the scheme apart from the Swift code.

Python 3, standard library. A stage's identity is the SHA-256 of JSON with sorted keys; settings equal to their born
defaults and settings without effect are left out.
"""

import hashlib
import json


def sha(value):
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def numerics(initial):
    """With 64 channels or more, as by default, the network's convolutions are others."""
    return 4 if max(initial.get("model.widths", [32, 64])) >= 64 else 3


def identities(data, initial, epochs, sample, run):
    prepared = sha({"kind": "prepare", "numerics": 1, "settings": data, "source": ""})
    state = sha({"data": prepared, "kind": "state", "numerics": numerics(initial), "settings": initial})
    for epoch in epochs:
        state = sha({"kind": "epoch", "settings": epoch, "state": state})
    drawn = sha({"kind": "sample", "numerics": numerics(initial), "settings": sample, "state": state})
    return [sha({"experiment": "golden", "parameters": run, "source": ""})[:12], prepared, state, drawn]


def scored(prepared, state, sampler, drawing, evaluation):
    extractor = sha({"data": prepared, "kind": "extractor", "numerics": 1})
    pictures = sha({"kind": "draw", "numerics": numerics(blocks), "settings": sampler | drawing, "state": state})
    scores = {"extractor": extractor, "kind": "evaluate", "numerics": 1, "pictures": pictures}
    return [extractor, pictures, sha(scores | {"settings": evaluation})]


blocks = {"model.down_blocks": ["Down", "CrossAttnDown"]}
decay = {"training.weight_decay": 0.01}
steps = {"sampling.steps": 50}
print(*identities({}, blocks, [decay] * 10, steps, blocks | decay | steps), sep="\n")
_, prepared, state, _ = identities({}, blocks, [decay] * 10, steps, {})
print(*scored(
    prepared, state, steps, {"evaluation.images": 100, "evaluation.labels": "equal"},
    {"evaluation.metrics": ["fid", "kid"], "evaluation.reference": "test"}), sep="\n")

data = {"data.count": 100, "data.filter.white_pixels": 26}
initial = blocks | {"conditioning.bottleneck": 32, "model.norm_groups": 8, "model.widths": [16, 32], "seed": 3}
warm = decay | {
    "conditioning.dropout": 0.1, "data.balance": "inverse-frequency", "model.dropout": 0.2,
    "training.learning_rate": 0.0002, "training.loss": "l1",
}
keep = {"conditioning.label_keep": 0.95}
frozen = warm | keep | {"conditioning.frozen": True}
sample = {"sampling.sampler": "ddpm", "sampling.steps": 10}
whole = data | initial | warm | keep | sample | {"conditioning.warmup.epochs": 2, "training.epochs": 4}
print(*identities(data, initial, [warm, warm, frozen, frozen], sample, whole), sep="\n")
