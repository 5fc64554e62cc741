"""The training step and the DDIM-10 sampling of `darkroom-trainer benchmark`, in PyTorch + diffusers.

usage: benchmark-peer.py train|sample BATCH --settings JSON --precision float32|bfloat16 --mode MODE --repeats N --threads N

MODE is words of `MODES`, or 'eager'. Warms up (a compiled network is compiled then), times N steps, and prints a JSON
line; then the same for every line on standard input, until it ends. Training does what a person's own script would and
no more: the optimised loss is all that it reports.
"""

import argparse
import json
import resource
import statistics
import sys
import time
import warnings

import diffusers
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel

MODES = {
    "channels-last": "weights and pictures are channels last",
    "compiled": "torch.compile, the whole network as one graph",
    "frozen": "compiled with weights as constants",
    "cast": "bfloat16 weights, instead of autocast",
}

a = argparse.ArgumentParser()
a.add_argument("job", choices=["train", "sample"])
a.add_argument("batch", type=int)
a.add_argument("--settings", type=json.loads, required=True)
a.add_argument("--precision", choices=["float32", "bfloat16"], required=True)
a.add_argument("--mode", type=str.split, required=True)
a.add_argument("--size", type=int, default=16)
a.add_argument("--repeats", type=int, required=True)
a.add_argument("--threads", type=int, required=True)
a = a.parse_args()
warnings.filterwarnings("ignore")
torch.set_num_threads(a.threads)
torch.manual_seed(0)
torch._inductor.config.freezing = "frozen" in a.mode
s = a.settings

widths = s["model.widths"]
plain = len(widths) - 1
unet = UNet2DConditionModel(
    sample_size=a.size, in_channels=3, out_channels=3, block_out_channels=widths, layers_per_block=2,
    dropout=s["model.dropout"], encoder_hid_dim=64,
    down_block_types=["DownBlock2D"] * plain + ["CrossAttnDownBlock2D"],
    up_block_types=["CrossAttnUpBlock2D"] + ["UpBlock2D"] * plain)
hidden = s["conditioning.bottleneck"] or 64
label = torch.nn.Sequential(
    torch.nn.Linear(5, hidden), torch.nn.Dropout(s["conditioning.dropout"]), torch.nn.GELU(), torch.nn.Linear(hidden, 64))
scheduler = DDIMScheduler()
labels = torch.nn.functional.one_hot(torch.arange(a.batch) % 5, 5).float()
pictures = torch.randint(256, (a.batch, 3, a.size, a.size), dtype=torch.uint8)
layout = torch.channels_last if "channels-last" in a.mode else torch.contiguous_format
dtype = torch.bfloat16 if "cast" in a.mode else torch.float32
for net in (unet, label):
    net.train(a.job == "train").to(dtype)
unet.to(memory_format=layout)
network = torch.compile(unet, fullgraph=True) if "compiled" in a.mode else unet


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=a.precision == "bfloat16" and "cast" not in a.mode)


loss_of = {"l1": torch.nn.functional.l1_loss, "mse": torch.nn.functional.mse_loss}[s["training.loss"]]
if a.job == "train":
    optimizer = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[s["training.optimizer"]](
        [*unet.parameters(), *label.parameters()], lr=1e-4, weight_decay=s["training.weight_decay"], fused=True)


def train():
    x0 = pictures.float() / 127.5 - 1
    noise, t = torch.randn_like(x0), torch.randint(1000, (a.batch,))
    x = scheduler.add_noise(x0, noise, t).contiguous(memory_format=layout)
    with autocast():
        output = network(x, t, label(labels).unsqueeze(1), return_dict=False)[0]
        loss = loss_of(output, noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# Weights become constants only where no gradients are asked for in this older way.
@(torch.no_grad if "frozen" in a.mode else torch.inference_mode)()
def sample():
    x = torch.randn(a.batch, 3, a.size, a.size, dtype=dtype).contiguous(memory_format=layout)
    scheduler.set_timesteps(10)
    with autocast():
        context = label(labels.to(dtype)).unsqueeze(1)
        for t in scheduler.timesteps:
            x = scheduler.step(network(x, t, context, return_dict=False)[0], t, x).prev_sample
    return x.float().mean().item()


def seconds():
    start = time.perf_counter()
    train() if a.job == "train" else sample()
    return time.perf_counter() - start


for _ in range(3):
    seconds()
while True:
    times = [seconds() for _ in range(a.repeats)]
    print(json.dumps({
        "seconds": statistics.median(times), "images_per_second": a.batch / statistics.median(times),
        "least_seconds": min(times), "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "torch": torch.__version__, "diffusers": diffusers.__version__}), flush=True)
    if not sys.stdin.readline():
        break
