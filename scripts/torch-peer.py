"""The training step and the DDIM-10 sampling of `darkroom-trainer benchmark`, in PyTorch + diffusers: eager, float32.

usage: torch-peer.py train|sample BATCH [--widths 64,128,256] [--repeats 5] [--threads 2]
Prints a JSON line with the median's pictures a second.
"""

import argparse
import json
import time

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel

a = argparse.ArgumentParser()
a.add_argument("job", choices=["train", "sample"])
a.add_argument("batch", type=int)
a.add_argument("--widths", default="64,128,256")
a.add_argument("--size", type=int, default=16)
a.add_argument("--repeats", type=int, default=5)
a.add_argument("--threads", type=int, default=2)
a = a.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(0)

widths = [int(w) for w in a.widths.split(",")]
plain = len(widths) - 1
unet = UNet2DConditionModel(
    sample_size=a.size, in_channels=3, out_channels=3, block_out_channels=widths, layers_per_block=2, dropout=0.2,
    encoder_hid_dim=64, down_block_types=["DownBlock2D"] * plain + ["CrossAttnDownBlock2D"],
    up_block_types=["CrossAttnUpBlock2D"] + ["UpBlock2D"] * plain)
label = torch.nn.Sequential(torch.nn.Linear(5, 32), torch.nn.Dropout(0.1), torch.nn.GELU(), torch.nn.Linear(32, 64))
scheduler = DDIMScheduler()
labels = torch.nn.functional.one_hot(torch.arange(a.batch) % 5, 5).float()
optimizer = torch.optim.AdamW([*unet.parameters(), *label.parameters()], lr=1e-4, weight_decay=1e-4)
pictures = torch.randint(256, (a.batch, 3, a.size, a.size), dtype=torch.uint8)


def train():
    x0 = pictures.float() / 127.5 - 1
    noise, t = torch.randn_like(x0), torch.randint(1000, (a.batch,))
    output = unet(scheduler.add_noise(x0, noise, t), t, label(labels).unsqueeze(1)).sample
    difference = output - noise
    loss, other = difference.abs().mean(), difference.square().mean().item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item() + other


@torch.no_grad()
def sample():
    x, context = torch.randn(a.batch, 3, a.size, a.size), label(labels).unsqueeze(1)
    scheduler.set_timesteps(10)
    for t in scheduler.timesteps:
        x = scheduler.step(unet(x, t, context).sample, t, x).prev_sample
    return x.mean().item()


work = train if a.job == "train" else sample
(unet.train(), label.train()) if a.job == "train" else (unet.eval(), label.eval())
seconds = []
for turn in range(3 + a.repeats):
    start = time.perf_counter()
    work()
    seconds.append(time.perf_counter() - start)
median = sorted(seconds[3:])[a.repeats // 2]
print(json.dumps({"job": a.job, "batch": a.batch, "seconds": median, "images_per_second": a.batch / median}))
