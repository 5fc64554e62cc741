"""What scripts/check-export asks Python: `noise FOLDER` writes it, `compare FOLDER` draws with diffusers from it.

Beside FOLDER, `noise` makes FOLDER-output, the same network under a scheduler that hands its output on: one step of
DDIM, with prediction_type sample and without clipping, ends at what the network says at timestep 0.
"""

import json
import os
import pathlib
import re
import shutil
import sys

import diffusers
import numpy as np
import torch

TASK, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
STEPS, COUNT = 10, 5

if TASK == "noise":
    torch.manual_seed(0)
    np.save(FOLDER / "noise.npy", torch.randn(COUNT, 3, 16, 16).numpy())
    np.save(FOLDER / "step-noise.npy", torch.randn(STEPS, COUNT, 3, 16, 16).numpy())
    output = FOLDER.with_name(FOLDER.name + "-output")
    shutil.copytree(FOLDER, output)
    config = output / "scheduler" / "scheduler_config.json"
    plain = {"_class_name": "DDIMScheduler", "prediction_type": "sample", "clip_sample": False, "variance_type": None}
    config.write_text(json.dumps(json.loads(config.read_text()) | plain))
    sys.exit()

os.chdir(FOLDER)
# The folder's own README, as it stands: it must leave pictures in `x`.
names = {}
for block in re.findall(r"```python\n(.*?)```", pathlib.Path("README.md").read_text(), re.S):
    exec(block, names)
assert names["x"].shape == (COUNT, 3, 16, 16) and names["x"].isfinite().all()

unet, context = names["unet"], names["context"]
kind = json.loads(pathlib.Path("model_index.json").read_text())["scheduler"][1]
scheduler = getattr(diffusers, kind).from_pretrained(".", subfolder="scheduler")
noise, step_noise = (torch.from_numpy(np.load(f"{name}.npy")) for name in ("noise", "step-noise"))


def draw(steps):
    import diffusers.schedulers.scheduling_ddpm as module

    scheduler.set_timesteps(steps)
    x = noise
    with torch.no_grad():
        for i, t in enumerate(scheduler.timesteps):
            module.randn_tensor = lambda *_, **__: step_noise[i]
            x = scheduler.step(unet(x, t, context).sample, t, x).prev_sample
    return x.numpy()


with torch.no_grad():
    output = unet(noise, 0, context).sample.numpy()
failed = False
for name, theirs in (("output", output), ("drawn", draw(STEPS))):
    miss = abs(np.load(f"{name}.npy") - theirs).max()
    failed |= not miss <= 1e-5
    print(f"{kind}, {name}: off by {miss:.1e}, over values within {theirs.min():.2f}…{theirs.max():.2f}")
sys.exit(failed)
