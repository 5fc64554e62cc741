"""Writes Tests/TrainingTests/Goldens/pipeline: a folder that diffusers saved, noise, and the pictures it draws from it,
with guidance too; and Tests/TrainingTests/Goldens/export: what diffusers writes as configuration.

    python3 -m venv v && v/bin/pip install torch==2.13.0 diffusers==0.42.1 numpy safetensors
    v/bin/python scripts/golden-pipeline.py [FOLDER --widths 64,128,256] [--keep-network]

With FOLDER and widths a larger one is written elsewhere; with --keep-network the folder's network, noise and embeddings
stay, and only what follows from them is written. The network is trained a little first: sampling from initial
weights is chaotic, and PyTorch in float32 is then as far from itself in float64 as from anyone else.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DConditionModel
from safetensors.torch import save_file

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", nargs="?", type=pathlib.Path,
                       default=pathlib.Path(__file__).parent.parent / "Tests" / "TrainingTests" / "Goldens" / "pipeline")
arguments.add_argument("--widths", default="8,16")
arguments.add_argument("--size", type=int, default=8)
arguments.add_argument("--cross-attention", type=int, default=24)
arguments.add_argument("--groups", type=int, default=4)
arguments.add_argument("--heads", type=int, default=2)
arguments.add_argument("--training-steps", type=int, default=1500)
arguments.add_argument("--keep-network", action="store_true")
a = arguments.parse_args()

torch.manual_seed(0)
widths = tuple(int(w) for w in a.widths.split(","))
levels = len(widths)
ddim = DDIMScheduler()
ddpm = DDPMScheduler()
n, steps = 3, 20


def train():
    """A network that has learnt some pictures a little, and what they are asked for by."""
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
    return unet, contexts


if a.keep_network:
    unet = UNet2DConditionModel.from_pretrained(a.folder, subfolder="unet")
    noise, step_noise, embeddings = (
        torch.from_numpy(np.load(a.folder / f"{name}.npy")) for name in ("noise", "step-noise", "embeddings"))
else:
    unet, contexts = train()
    noise, step_noise = torch.randn(n, 3, a.size, a.size), torch.randn(steps, n, 3, a.size, a.size)
    embeddings = contexts[:n]
unet.eval()

# A label net as Darkroom exports it, which embeds class k as `embeddings[k]`, and no label as something else.
torch.manual_seed(1)
label = torch.nn.ModuleDict({"linear_1": torch.nn.Linear(n, 5), "linear_2": torch.nn.Linear(5, 6)})


def embed(labels):
    return label["linear_2"](torch.nn.functional.gelu(label["linear_1"](labels)))[:, None]


with torch.no_grad():
    hidden = torch.nn.functional.gelu(label["linear_1"](torch.eye(n)))
    label["linear_2"].weight.copy_((torch.linalg.pinv(hidden) @ (embeddings[:, 0] - label["linear_2"].bias)).T)
    mixture = torch.tensor([[0.7, 0.3, 0.0]]).expand(n, n)


def draw(scheduler, count, context=embeddings, guidance=None):
    import diffusers.schedulers.scheduling_ddpm as module

    scheduler.set_timesteps(count)
    x = noise.clone()
    original = module.randn_tensor
    with torch.no_grad():
        nothing = embed(torch.zeros(n, n))
        for i, t in enumerate(scheduler.timesteps):
            module.randn_tensor = lambda *_, **__: step_noise[i]
            if guidance is None:
                output = unet(x, t, context).sample
            else:
                # As diffusers' pipelines do it: both halves in one batch.
                unconditional, conditional = unet(torch.cat([x, x]), t, torch.cat([nothing, context])).sample.chunk(2)
                output = unconditional + guidance * (conditional - unconditional)
            x = scheduler.step(output, t, x).prev_sample
    module.randn_tensor = original
    return x


a.folder.mkdir(parents=True, exist_ok=True)
if not a.keep_network:
    unet.save_pretrained(a.folder / "unet")
    ddim.save_pretrained(a.folder / "scheduler")
    (a.folder / "model_index.json").write_text(json.dumps({
        "_class_name": "DiffusionPipeline", "_diffusers_version": "0.42.1", "unet": ["diffusers", "UNet2DConditionModel"],
        "scheduler": ["diffusers", "DDIMScheduler"]}, indent=2) + "\n")
    for name, value in {"noise": noise, "step-noise": step_noise, "embeddings": embeddings}.items():
        np.save(a.folder / f"{name}.npy", value.numpy())
(a.folder / "label").mkdir(exist_ok=True)
save_file(label.state_dict(), a.folder / "label" / "model.safetensors", metadata={"format": "pt"})
(a.folder / "label" / "config.json").write_text(json.dumps({
    "_class_name": "LabelEmbedding", "classes": ["hero", "food", "spell"], "embedding": 6, "bottleneck": 5,
    "dropout": 0.0}, indent=2) + "\n")
for name, value in {
    "ddim-10": draw(ddim, 10), "ddim-50": draw(ddim, 50), "ddpm-20": draw(ddpm, steps),
    "guided-ddim-10": draw(ddim, 10, guidance=2.5), "guided-ddpm-20": draw(ddpm, steps, guidance=2.5),
    "mixture-ddim-10": draw(ddim, 10, context=embed(mixture)),
}.items():
    np.save(a.folder / f"{name}.npy", value.detach().numpy())

# What PyTorch counts of a picture's way through the network. Attention as two products: the fused one on processors isn't
# among those that it can count.
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
    unet(noise[:1], 500, embeddings[:1])
(a.folder / "flops.json").write_text(json.dumps(counter.get_total_flops()) + "\n")

# What diffusers writes for the network and the schedulers of the tests' tiny experiment.
export = a.folder.parent / "export"
export.mkdir(exist_ok=True)
for name, part in {
    "unet": UNet2DConditionModel(
        sample_size=16, in_channels=3, out_channels=3, block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=1,
        encoder_hid_dim=8, cross_attention_dim=16, attention_head_dim=2, dropout=0.1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D")),
    "ddim": DDIMScheduler(num_train_timesteps=50),
    "ddpm": DDPMScheduler(
        num_train_timesteps=50, beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", clip_sample=False,
        timestep_spacing="trailing", variance_type="fixed_large", rescale_betas_zero_snr=True),
}.items():
    (export / f"{name}.json").write_text(part.to_json_string())
