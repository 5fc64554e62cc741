"""Trains what an experiment of Darkroom's trained, in PyTorch and diffusers, and prints both validation losses.

usage: compare-with-pytorch.py RUNS.json DATA.safetensors

RUNS.json is what `darkroom runs --format json` says of runs that differ only in their seed; DATA holds the prepared
pictures that they were trained on. Weights, order, noise and dropout come from PyTorch's own generator.
scripts/compare-with-pytorch makes both files and runs this.
"""

import json
import pathlib
import statistics
import sys

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from safetensors import safe_open

DRAWS, BATCH = 8, 128  # validation's: 8 draws a picture, one from each eighth of the timesteps, evenly within it


class Data:
    def __init__(self, path):
        with safe_open(path, "pt") as file:
            self.pixels = file.get_tensor("pixels").permute(0, 3, 1, 2)
            self.labels = file.get_tensor("labels")
            self.train, self.validation = file.get_tensor("train"), file.get_tensor("validation")
            self.classes = len(json.loads(file.metadata()["class_names"]))

    def pictures(self, indices):
        return self.pixels[indices].float() / 127.5 - 1

    def one_hot(self, indices):
        return torch.nn.functional.one_hot(self.labels[indices], self.classes).float()


def networks(s, classes):
    widths = s["model.widths"]
    kinds = s["model.down_blocks"]
    unet = UNet2DConditionModel(
        sample_size=s["data.size"], in_channels=3, out_channels=3, block_out_channels=widths,
        layers_per_block=s["model.layers_per_block"], norm_num_groups=s["model.norm_groups"],
        attention_head_dim=s["model.heads"], cross_attention_dim=s["model.cross_attention"],
        encoder_hid_dim=s["conditioning.embedding"], dropout=s["model.dropout"],
        down_block_types=[f"{k}Block2D" for k in kinds],
        up_block_types=[f"{k}Block2D".replace("Down", "Up") for k in reversed(kinds)])
    hidden = s["conditioning.bottleneck"] or s["conditioning.embedding"]
    label = torch.nn.Sequential(
        torch.nn.Linear(classes, hidden), torch.nn.Dropout(s["conditioning.dropout"]), torch.nn.GELU(),
        torch.nn.Linear(hidden, s["conditioning.embedding"]))
    return unet, label


def validate(unet, label, data, scheduler, timesteps):
    generator = torch.Generator().manual_seed(0)
    unet.eval(), label.eval()
    total, count = {"l1": 0.0, "mse": 0.0}, 0
    with torch.no_grad():
        n = len(data.validation)
        for draw in range(DRAWS):
            places = torch.randperm(n, generator=generator)
            for start in range(0, n, BATCH):
                indices = data.validation[start : start + BATCH]
                x0 = data.pictures(indices)
                noise = torch.randn(x0.shape, generator=generator)
                u = (places[start : start + BATCH] + torch.rand(len(indices), generator=generator)) / n
                t = ((draw + u) / DRAWS * timesteps).long()
                output = unet(scheduler.add_noise(x0, noise, t), t, label(data.one_hot(indices)).unsqueeze(1)).sample
                total["l1"] += (output - noise).abs().mean().item() * len(indices)
                total["mse"] += (output - noise).square().mean().item() * len(indices)
                count += len(indices)
    unet.train(), label.train()
    return {key: value / count for key, value in total.items()}


def train(s, data, seed):
    torch.manual_seed(seed)
    timesteps, batch = s["diffusion.timesteps"], s["training.batch_size"]
    scheduler = DDPMScheduler(num_train_timesteps=timesteps)
    unet, label = networks(s, data.classes)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[s["training.optimizer"]]
    optimizer = kind([*unet.parameters(), *label.parameters()], lr=s["training.learning_rate"],
                     betas=s["training.betas"], eps=s["training.epsilon"], weight_decay=s["training.weight_decay"])
    loss_of = {"l1": torch.nn.functional.l1_loss, "mse": torch.nn.functional.mse_loss}[s["training.loss"]]
    classes = data.labels[data.train]
    pools = [data.train[classes == c] for c in range(data.classes)]
    draws = -(-len(data.train) // batch) * batch
    warmup = s["conditioning.warmup.epochs"]
    for epoch in range(s["training.epochs"]):
        cold = warmup is None or epoch >= warmup
        if warmup is not None and epoch == warmup:
            label.requires_grad_(False)
        if s["data.balance"] == "inverse-frequency":
            order = torch.stack([pools[c][torch.randint(len(pools[c]), ())] for c in torch.randint(data.classes, (draws,))])
        else:
            order = data.train[torch.randperm(len(data.train))]
        for indices in order.split(batch):
            x0 = data.pictures(indices)
            noise, t = torch.randn_like(x0), torch.randint(timesteps, (len(indices),))
            labels = data.one_hot(indices)
            if cold:
                labels *= (torch.rand(len(indices), 1) < s["conditioning.label_keep"]).float()
            optimizer.zero_grad()
            output = unet(scheduler.add_noise(x0, noise, t), t, label(labels).unsqueeze(1)).sample
            loss_of(output, noise).backward()
            optimizer.step()
    return validate(unet, label, data, scheduler, timesteps)


if __name__ == "__main__":
    runs = json.loads(pathlib.Path(sys.argv[1]).read_text())
    s, data = runs[0]["params"], Data(sys.argv[2])
    torch.set_num_threads(s["training.threads"])
    assert s["data.balance"] in ("none", "inverse-frequency") and s["diffusion.schedule"] == "linear"
    theirs = [train(s, data, run["seed"]) for run in runs]
    for key in ("l1", "mse"):
        mine = [run["metrics"][f"validation.{key}"]["last"] for run in runs]
        peer = [result[key] for result in theirs]
        a, b = statistics.median(mine), statistics.median(peer)
        print(f"validation.{key}: Darkroom {sorted(round(v, 4) for v in mine)}, "
              f"PyTorch {sorted(round(v, 4) for v in peer)}, medians {a:.4f} / {b:.4f} = {a / b:.3f}")
