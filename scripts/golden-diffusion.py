"""Writes Tests/DiffusionTests/Goldens: what diffusers and PyTorch answer where Darkroom must answer the same.

    python3 -m venv v && v/bin/pip install torch==2.13.0 diffusers==0.42.1 numpy
    v/bin/python scripts/golden-diffusion.py

Inputs and weights are made by the formula in `formula` (Tests/Formulas has the same), so that only
answers are stored: outputs whole, a gradient as its norm and its projection on three more formula vectors.
"""

import json
import math
import pathlib
import zlib

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DConditionModel

FOLDER = pathlib.Path(__file__).parent.parent / "Tests" / "DiffusionTests" / "Goldens"


def formula(name, count):
    """Element i is the finalizer of MurmurHash3 over i and the name's CRC-32, as a float64 in ±1."""
    h = (np.arange(1, count + 1, dtype=np.uint64) * 2654435761 + zlib.crc32(name.encode())) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return (h ^ (h >> 16)).astype(np.float64) / 2**31 - 1


def tensor(name, *shape, scale=1.0):
    return torch.from_numpy((formula(name, math.prod(shape)) * scale).astype(np.float32)).reshape(shape)


def fill(module):
    for name, parameter in module.named_parameters():
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 16
        scale = 1 / math.sqrt(fan_in)
        offset = 1.0 if name.endswith("weight") and parameter.dim() == 1 else 0.0
        parameter.data = tensor(name, *parameter.shape, scale=scale) + offset


def describe(name, gradient):
    flat = gradient.detach().double().flatten().numpy()
    return {
        "norm": float(np.linalg.norm(flat)),
        "max": float(np.abs(flat).max()),
        "projections": [float(flat @ formula(f"{name}/{k}", flat.size)) for k in range(3)],
    }


# No level has as many norm groups as channels: a bias before such a norm has the gradient zero, and what float32 leaves of
# it is rounding alone.
NETWORKS = {
    "part-2": dict(block_out_channels=(64, 128), encoder_hid_dim=64, tokens=1, size=16, batch=2),
    "part-3": dict(block_out_channels=(64, 128, 256), encoder_hid_dim=64, tokens=1, size=16, batch=2),
    "small groups": dict(block_out_channels=(32, 64), norm_num_groups=8, encoder_hid_dim=64, tokens=1, size=16, batch=3),
    "several tokens": dict(block_out_channels=(32, 64), norm_num_groups=16, encoder_hid_dim=24, tokens=5, size=8, batch=2,
                           cross_attention_dim=48, attention_head_dim=4),
    "attention everywhere": dict(block_out_channels=(16, 24, 40), norm_num_groups=8, tokens=3, size=16, batch=2,
                                 cross_attention_dim=20, attention_head_dim=2, layers_per_block=1,
                                 down=("C", "C", "C"), up=("C", "C", "C")),
    "mixed levels": dict(block_out_channels=(16, 32, 32, 48), norm_num_groups=8, tokens=2, size=16, batch=2,
                         cross_attention_dim=32, attention_head_dim=(2, 4, 8, 3), layers_per_block=3,
                         down=("C", "D", "C", "D"), up=("D", "C", "D", "C")),
    "unmirrored": dict(block_out_channels=(16, 32), norm_num_groups=4, tokens=2, size=8, batch=2, norm_eps=1e-6,
                       cross_attention_dim=12, attention_head_dim=4, down=("C", "D"), up=("C", "D"), in_channels=1,
                       out_channels=2),
    "odd size": dict(block_out_channels=(16, 32, 32), norm_num_groups=8, encoder_hid_dim=8, tokens=1, size=13, batch=2,
                     cross_attention_dim=16, attention_head_dim=4),
    "one level": dict(block_out_channels=(32,), norm_num_groups=8, encoder_hid_dim=8, tokens=1, size=6, batch=4,
                      cross_attention_dim=16, attention_head_dim=8),
}


def network(name, tokens, size, batch, down=None, up=None, autocast=False, **settings):
    levels = len(settings["block_out_channels"])
    down = down or ("D",) * (levels - 1) + ("C",)
    up = up or tuple(reversed(down))
    settings.setdefault("layers_per_block", 2)
    settings.setdefault("in_channels", 3)
    settings.setdefault("out_channels", 3)
    unet = UNet2DConditionModel(
        sample_size=size,
        down_block_types=tuple({"D": "DownBlock2D", "C": "CrossAttnDownBlock2D"}[b] for b in down),
        up_block_types=tuple({"D": "UpBlock2D", "C": "CrossAttnUpBlock2D"}[b] for b in up),
        **settings,
    )
    fill(unet)
    # In double precision, so that only Darkroom's own rounding is measured; or as PyTorch's mixed precision has it.
    precision = torch.float32 if autocast else torch.float64
    unet.to(precision)
    x = tensor("x", batch, settings["in_channels"], size, size).to(precision).requires_grad_()
    channels = settings.get("encoder_hid_dim") or settings["cross_attention_dim"]
    context = tensor("context", batch, tokens, channels).to(precision).requires_grad_()
    t = torch.tensor([(37 * i + 11) % 1000 for i in range(batch)])
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        output = unet(x, t, context).sample
    loss = (output * tensor("loss", *output.shape)).sum()
    loss.backward()
    config = {k: list(v) if isinstance(v, tuple) else v for k, v in settings.items()}
    gradients = {n: describe(n, p.grad if p.grad is not None else torch.zeros_like(p)) for n, p in unet.named_parameters()}
    gradients["x"] = describe("x", x.grad)
    gradients["context"] = describe("context", context.grad)
    return dict(
        name=name, config=config, down=list(down), up=list(up), tokens=tokens, size=size, batch=batch,
        timesteps=t.tolist(), parameters=sum(p.numel() for p in unet.parameters()),
        shapes={n: list(p.shape) for n, p in unet.named_parameters()},
        output=[round(v, 8) for v in output.detach().flatten().tolist()], gradients=gradients,
    )


def autocast(name):
    """What mixed precision answers, and how far its gradients are from the exact ones: a root mean square over the tensors,
    each in parts of its own norm; those that are nearly zero are left out."""
    rough, exact = (network(name, autocast=mixed, **NETWORKS[name]) for mixed in (True, False))
    largest = max(g["norm"] for g in exact["gradients"].values())
    misses = [abs(rough["gradients"][n]["projections"][k] - g["projections"][k]) / g["norm"]
              for n, g in exact["gradients"].items() for k in range(3) if g["norm"] > 1e-4 * largest]
    return dict(name=name, output=rough["output"], gradient_miss=math.sqrt(np.mean(np.square(misses))))


def schedules():
    rows = []
    for schedule in ("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"):
        for T in (1000, 200, 7):
            for zero in (False, True):
                s = DDPMScheduler(num_train_timesteps=T, beta_schedule=schedule, rescale_betas_zero_snr=zero)
                rows.append(dict(schedule=schedule, timesteps=T, zero=zero, betas=s.betas.double().tolist(),
                                 alphas=s.alphas_cumprod.double().tolist()))
    return rows


def trajectory(kind, steps, options, size=4, batch=2):
    """The network is a fixed formula of (x, t): its exactness isn't the question here."""
    options = dict(options)
    extra = {k: options.pop(k) for k in ("eta", "use_clipped_model_output") if k in options}
    scheduler = {"ddpm": DDPMScheduler, "ddim": DDIMScheduler}[kind](**options)
    scheduler.set_timesteps(steps)
    x = tensor("start", batch, 3, size, size, scale=1.7)
    states = []
    for i, t in enumerate(scheduler.timesteps):
        output = 0.8 * x + 0.3 * tensor(f"net {i % 10}", *x.shape) - 0.1 * float(t) / 1000
        noise = tensor(f"noise {i % 50}", *x.shape, scale=1.7)
        if kind == "ddim":
            x = scheduler.step(output, t, x, variance_noise=noise if extra.get("eta", 0) > 0 else None, **extra).prev_sample
        else:
            # DDPM draws its noise from a generator; hand it ours instead.
            import diffusers.schedulers.scheduling_ddpm as module
            original = module.randn_tensor
            module.randn_tensor = lambda *a, **k: noise
            try:
                x = scheduler.step(output, t, x).prev_sample
            finally:
                module.randn_tensor = original
        states.append(x)
    kept = sorted({0, 1, len(states) // 2, len(states) - 2, len(states) - 1} & set(range(len(states))))
    return dict(kind=kind, steps=steps, options=options | extra, timesteps=scheduler.timesteps.tolist(), size=size,
                batch=batch, states={str(k): states[k].double().flatten().tolist() for k in kept})


def trajectories():
    rows = []
    for spacing in ("leading", "trailing", "linspace"):
        for steps in (1, 7, 10, 50, 1000):
            rows.append(trajectory("ddim", steps, dict(timestep_spacing=spacing)))
            rows.append(trajectory("ddpm", steps, dict(timestep_spacing=spacing)))
    for schedule in ("scaled_linear", "squaredcos_cap_v2"):
        rows.append(trajectory("ddim", 20, dict(beta_schedule=schedule)))
        rows.append(trajectory("ddpm", 20, dict(beta_schedule=schedule)))
    rows.append(trajectory("ddpm", 20, dict(beta_schedule="sigmoid")))
    for prediction in ("epsilon", "sample", "v_prediction"):
        for clip in (True, False):
            rows.append(trajectory("ddim", 10, dict(prediction_type=prediction, clip_sample=clip, eta=0.5)))
            rows.append(trajectory("ddpm", 10, dict(prediction_type=prediction, clip_sample=clip)))
    rows.append(trajectory("ddim", 10, dict(clip_sample_range=2.5, eta=1.0)))
    rows.append(trajectory("ddpm", 10, dict(clip_sample_range=2.5)))
    for kind in ("ddim", "ddpm"):
        rows.append(trajectory(kind, 10, dict(thresholding=True, dynamic_thresholding_ratio=0.9, sample_max_value=1.5)))
        rows.append(trajectory(kind, 10, dict(steps_offset=1)))
        rows.append(trajectory(kind, 10, dict(num_train_timesteps=300, beta_end=0.008)))
        rows.append(trajectory(kind, 10, dict(rescale_betas_zero_snr=True, prediction_type="v_prediction",
                                              timestep_spacing="trailing")))
    rows.append(trajectory("ddim", 10, dict(set_alpha_to_one=False)))
    rows.append(trajectory("ddim", 10, dict(use_clipped_model_output=True)))
    rows.append(trajectory("ddim", 10, dict(use_clipped_model_output=True, eta=0.3)))
    rows.append(trajectory("ddpm", 10, dict(variance_type="fixed_large")))
    rows.append(trajectory("ddpm", 1000, dict(variance_type="fixed_large", clip_sample=False)))
    return rows


def label_embedding():
    rows = []
    for bottleneck in (None, 32):
        hidden = bottleneck or 64
        net = torch.nn.Sequential()
        net.add_module("linear_1", torch.nn.Linear(5, hidden))
        net.add_module("gelu", torch.nn.GELU())
        net.add_module("linear_2", torch.nn.Linear(hidden, 64))
        fill(net)
        output = net(tensor("labels", 3, 5)).unsqueeze(1)
        (output * tensor("loss", *output.shape)).sum().backward()
        rows.append(dict(bottleneck=bottleneck, parameters=sum(p.numel() for p in net.parameters()),
                         output=output.detach().double().flatten().tolist(),
                         gradients={n: describe(n, p.grad) for n, p in net.named_parameters()}))
    return rows


def write(name, value):
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(value, separators=(",", ":")))
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    write("networks", [network(name, **settings) for name, settings in NETWORKS.items()])
    write("autocast", [autocast(name) for name in ("unmirrored", "odd size")])
    write("schedules", schedules())
    write("trajectories", trajectories())
    write("label-embedding", label_embedding())
