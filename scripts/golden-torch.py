"""Writes Tests/TorchTests/Goldens: files as NumPy and safetensors' own writer make them, and PyTorch's Adam and AdamW.

    python3 -m venv v && v/bin/pip install torch==2.13.0 numpy safetensors
    v/bin/python scripts/golden-torch.py
"""

import json
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent.parent / "Tests" / "TorchTests" / "Goldens"


def counting(*shape):
    return np.arange(np.prod(shape, dtype=int)).reshape(shape)


def adam(kind):
    parameters = [torch.nn.Parameter(torch.linspace(-1, 1, 6).reshape(2, 3)), torch.nn.Parameter(torch.ones(4) * 0.5)]
    optimizer = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind](
        parameters, lr=1e-2, betas=(0.8, 0.95), eps=1e-7, weight_decay=0.1)
    steps = []
    for step in range(10):
        for k, parameter in enumerate(parameters):
            parameter.grad = torch.sin(torch.arange(parameter.numel()).float() * (step + 1) + k).reshape(parameter.shape)
        optimizer.step()
        steps.append([parameter.detach().double().flatten().tolist() for parameter in parameters])
    return steps


FOLDER.mkdir(parents=True, exist_ok=True)
np.save(FOLDER / "float32.npy", (counting(2, 3, 4) / 7).astype(np.float32))
np.save(FOLDER / "float64-fortran.npy", np.asfortranarray(counting(3, 5) / 3))
np.save(FOLDER / "uint8.npy", counting(5).astype(np.uint8))
np.save(FOLDER / "int64-scalar.npy", np.int64(-7))
np.save(FOLDER / "big-endian.npy", counting(4).astype(">f4"))
save_file(
    {
        "weight": torch.from_numpy((counting(2, 3) / 7).astype(np.float32)),
        "half": torch.from_numpy((counting(3) / 8).astype(np.float16)),
        "brain": torch.tensor([1.5, -2.25, 3.0], dtype=torch.bfloat16),
        "count": torch.tensor(12, dtype=torch.int64),
        "bytes": torch.arange(5, dtype=torch.uint8),
        "empty": torch.zeros(0, 3),
    },
    FOLDER / "mixed.safetensors",
    metadata={"format": "pt", "made by": "safetensors"},
)
(FOLDER / "adam.json").write_text(json.dumps({kind: adam(kind) for kind in ("adam", "adamw")}))
