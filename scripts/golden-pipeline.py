"""Writes Tests/TrainingTests/Goldens/pipeline: a folder that diffusers saved, noise, and the pictures it draws from it.

    python3 -m venv v && v/bin/pip install torch==2.13.0 diffusers==0.42.1 numpy
    v/bin/python scripts/golden-pipeline.py [FOLDER --widths 64,128,256]

With FOLDER and widths a larger one is written elsewhere. The network is trained a little first: sampling from initial
weights is chaotic, and PyTorch in float32 is then as far from itself in float64 as from anyone else.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DConditionModel

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", nargs="?", type=pathlib.Path,
                       default=pathlib.Path(__file__).parent.parent / "Tests" / "TrainingTests" / "Goldens" / "pipeline")
arguments.add_argument("--widths", default="8,16")
arguments.add_argument("--size", type=int, default=8)
arguments.add_argument("--cross-attention", type=int, default=24)
arguments.add_argument("--groups", type=int, default=4)
arguments.add_argument("--heads", type=int, default=2)
arguments.add_argument("--training-steps", type=int, default=1500)
a = arguments.parse_args()

torch.manual_seed(0)
widths = tuple(int(w) for w in a.widths.split(","))
levels = len(widths)
unet = UNet2DConditionModel(
    sample_size=a.size, in_channels=3, out_channels=3, block_out_channels=widths, norm_num_groups=a.groups,
    encoder_hid_dim=6, cross_attention_dim=a.cross_attention, attention_head_dim=a.heads,
    down_block_types=("DownBlock2D",) * (levels - 1) + ("CrossAttnDownBlock2D",),
    up_block_types=("CrossAttnUpBlock2D",) + ("UpBlock2D",) * (levels - 1),
)

targets = torch.nn.functional.interpolate(torch.rand(4, 3, 2, 2), size=a.size, mode="bicubic").clamp(0, 1) * 2 - 1
contexts = torch.randn(4, 1, 6)
optimizer = torch.optim.AdamW(unet.parameters(), lr=2e-3)
for step in range(a.training_steps):
    index, t = torch.randint(4, (32,)), torch.randint(1000, (32,))
    target = torch.randn(32, 3, a.size, a.size)
    output = unet(DDPMScheduler().add_noise(targets[index], target, t), t, contexts[index]).sample
    loss = (output - target).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 200 == 0:
        print(step, loss.item())
unet.eval()

ddim = DDIMScheduler()
ddpm = DDPMScheduler()
n, steps = 3, 20
noise = torch.randn(n, 3, a.size, a.size)
step_noise = torch.randn(steps, n, 3, a.size, a.size)
embeddings = contexts[:n]


def draw(scheduler, count):
    import diffusers.schedulers.scheduling_ddpm as module

    scheduler.set_timesteps(count)
    x = noise.clone()
    original = module.randn_tensor
    with torch.no_grad():
        for i, t in enumerate(scheduler.timesteps):
            module.randn_tensor = lambda *_, **__: step_noise[i]
            x = scheduler.step(unet(x, t, embeddings).sample, t, x).prev_sample
    module.randn_tensor = original
    return x


a.folder.mkdir(parents=True, exist_ok=True)
unet.save_pretrained(a.folder / "unet")
ddim.save_pretrained(a.folder / "scheduler")
(a.folder / "model_index.json").write_text(json.dumps({
    "_class_name": "DiffusionPipeline", "_diffusers_version": "0.42.1", "unet": ["diffusers", "UNet2DConditionModel"],
    "scheduler": ["diffusers", "DDIMScheduler"]}, indent=2) + "\n")
for name, value in {
    "noise": noise, "step-noise": step_noise, "embeddings": embeddings, "ddim-10": draw(ddim, 10),
    "ddim-50": draw(ddim, 50), "ddpm-20": draw(ddpm, steps),
}.items():
    np.save(a.folder / f"{name}.npy", value.numpy())
