"""Writes what PyTorch and diffusers answer where training must answer the same: Tests/TorchNNTests/Goldens (optimizers,
clipping, averaged weights, learning rates) and Tests/TrainingTests/Goldens/steps (20 steps of whole training).

    python3 -m venv v && v/bin/pip install torch==2.13.0 diffusers==0.42.1 numpy safetensors
    v/bin/python scripts/golden-training.py

Inputs and initial weights of the 20 steps are made by the formula of golden-diffusion.py.
"""

import importlib
import json
import math
import pathlib

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.optimization import get_scheduler
from diffusers.training_utils import EMAModel, compute_snr
from safetensors.torch import save_file

diffusion = importlib.import_module("golden-diffusion")
TESTS = pathlib.Path(__file__).parent.parent / "Tests"


def numbers(tensors):
    return [tensor.detach().double().flatten().tolist() for tensor in tensors]


def waves(step):
    return [torch.sin(torch.arange(6.0) * (step + 1)).reshape(2, 3), torch.sin(torch.arange(4.0) * (step + 1) + 1)]


def parameters():
    return [torch.nn.Parameter(torch.linspace(-1, 1, 6).reshape(2, 3)), torch.nn.Parameter(torch.ones(4) * 0.5)]


def sgd(**settings):
    tensors = parameters()
    optimizer = torch.optim.SGD(tensors, lr=1e-2, **settings)
    steps = []
    for step in range(10):
        for tensor, gradient in zip(tensors, waves(step)):
            tensor.grad = gradient.clone()
        optimizer.step()
        steps.append(numbers(tensors))
    return dict(momentum=settings.get("momentum", 0), nesterov=settings.get("nesterov", False),
                weight_decay=settings.get("weight_decay", 0), steps=steps)


def clipping(greatest):
    tensors = parameters()
    for tensor, gradient in zip(tensors, waves(2)):
        tensor.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(tensors, greatest)
    return dict(greatest=greatest, norm=norm.item(), gradients=numbers(t.grad for t in tensors))


def average(decay):
    """From step 6 (0-based) on the second parameter isn't learnt."""
    tensors = parameters()
    model = EMAModel(tensors, decay=decay)
    steps = []
    for step in range(10):
        tensors[1].requires_grad_(step < 6)
        with torch.no_grad():
            for tensor, wave in zip(tensors, waves(step)):
                tensor.add_(wave)
        model.step(tensors)
        steps.append(numbers(model.shadow_params))
    return dict(decay=decay, steps=steps)


def learning_rates():
    """7 epochs of 5 steps, the rate before each step."""
    epochs, per_epoch, base = 7, 5, 2e-3

    def rates(make):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
        scheduler, interval = make(optimizer)
        values = []
        for step in range(epochs * per_epoch):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if (step + 1) % interval == 0:
                scheduler.step()
        return values

    rows = []
    for kind in ("constant_with_warmup", "linear", "cosine"):
        for warmup in (0, 2):
            rows.append(dict(kind=kind, warmup=warmup, rates=rates(lambda optimizer: (get_scheduler(
                kind, optimizer, num_warmup_steps=warmup * per_epoch, num_training_steps=epochs * per_epoch), 1))))
    rows.append(dict(kind="step", warmup=0, rates=rates(lambda optimizer: (
        torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.2), per_epoch))))
    final = 0.25
    rows.append(dict(kind="cosine to final", warmup=0, rates=rates(lambda optimizer: (
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * per_epoch, final * base), 1))))
    rows.append(dict(kind="linear to final", warmup=0, rates=rates(lambda optimizer: (
        torch.optim.lr_scheduler.LinearLR(optimizer, 1, final, epochs * per_epoch), 1))))
    return rows


def min_snr():
    """The formula of diffusers' train_text_to_image.py; for a network that predicts x_0, Hang et al.'s own."""
    rows = []
    t = torch.tensor([0, 1, 10, 100, 150, 200, 300, 500, 900, 999])
    for schedule in ("linear", "squaredcos_cap_v2"):
        snr = compute_snr(DDPMScheduler(beta_schedule=schedule), t)
        least = torch.stack([snr, 5 * torch.ones_like(snr)], dim=1).min(dim=1)[0]
        rows.append(dict(schedule=schedule, timesteps=t.tolist(), snr=snr.double().tolist(),
                         epsilon=(least / snr).double().tolist(), sample=least.double().tolist(),
                         velocity=(least / (snr + 1)).double().tolist()))
    return rows


def denoiser():
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=3, out_channels=3, block_out_channels=(2, 4), layers_per_block=1, norm_num_groups=1,
        attention_head_dim=2, cross_attention_dim=6, encoder_hid_dim=6,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"))
    label = torch.nn.Sequential()
    label.add_module("linear_1", torch.nn.Linear(5, 4))
    label.add_module("gelu", torch.nn.GELU())
    label.add_module("linear_2", torch.nn.Linear(4, 6))
    diffusion.fill(unet)
    diffusion.fill(label)
    return unet, label


def train(optimizer, loss, autocast=False, gamma=None, prediction="epsilon"):
    """20 steps; after 10 the label's net is frozen: its gradients are absent."""
    unet, label = denoiser()
    scheduler = DDPMScheduler(prediction_type=prediction)
    optimizer = {"adam": lambda p: torch.optim.Adam(p, lr=2e-3),
                 "adamw": lambda p: torch.optim.AdamW(p, lr=2e-3, weight_decay=1e-2)}[optimizer](
        [*unet.parameters(), *label.parameters()])
    n, losses = 6, []
    for step in range(20):
        if step == 10:
            label.requires_grad_(False)
            for parameter in label.parameters():
                parameter.grad = None
        x0 = diffusion.tensor(f"x0 {step}", n, 3, 8, 8)
        noise = diffusion.tensor(f"noise {step}", n, 3, 8, 8, scale=1.7)
        t = torch.tensor([(157 * i + 61 * step + 11) % 1000 for i in range(n)])
        labels = torch.nn.functional.one_hot(torch.tensor([(i + step) % 5 for i in range(n)]), 5).float()
        labels[step % n] = 0
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            output = unet(scheduler.add_noise(x0, noise, t), t, label(labels).unsqueeze(1)).sample
        target = noise if prediction == "epsilon" else scheduler.get_velocity(x0, noise, t)
        difference = output - target
        error = difference.abs() if loss == "l1" else difference.square()
        if gamma is None:
            objective = error.mean()
        else:
            snr = compute_snr(scheduler, t)
            least = torch.stack([snr, gamma * torch.ones_like(snr)], dim=1).min(dim=1)[0]
            weights = least / (snr if prediction == "epsilon" else snr + 1)
            objective = (error.mean(dim=(1, 2, 3)) * weights).mean()
        optimizer.zero_grad()
        objective.backward()
        optimizer.step()
        losses.append(dict(objective=objective.item(), l1=difference.abs().mean().item(),
                           mse=difference.square().mean().item(),
                           pictures=difference.square().mean(dim=(1, 2, 3)).tolist()))
    weights = {f"{part}.{name}": p.detach() for part, module in (("unet", unet), ("label", label))
               for name, p in module.named_parameters()}
    return losses, weights


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")))
    print(f"{path.name}: {path.stat().st_size / 1e3:.1f} kB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write(TESTS / "TorchNNTests" / "Goldens" / "optimization.json", dict(
        sgd=[sgd(), sgd(weight_decay=0.1), sgd(momentum=0.9), sgd(momentum=0.9, weight_decay=0.1),
             sgd(momentum=0.8, nesterov=True, weight_decay=0.05)],
        clipping=[clipping(0.5), clipping(2.0), clipping(100.0)],
        average=[average(0.35), average(0.9999)],
        learning_rates=learning_rates()))
    write(TESTS / "DiffusionTests" / "Goldens" / "min-snr.json", min_snr())
    steps = TESTS / "TrainingTests" / "Goldens" / "steps"
    runs = {
        "adam-mse": train("adam", "mse"),
        "adamw-l1": train("adamw", "l1"),
        "adam-mse-bfloat16": train("adam", "mse", autocast=True),
        "adamw-mse-min-snr": train("adamw", "mse", gamma=5, prediction="v_prediction"),
    }
    write(steps / "losses.json", {name: losses for name, (losses, _) in runs.items()})
    for name in ("adam-mse", "adamw-l1"):
        save_file(runs[name][1], steps / f"{name}.safetensors")
        print(name, (steps / f"{name}.safetensors").stat().st_size)
