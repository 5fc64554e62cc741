"""Writes Tests/DatasetsTests/Goldens: small pictures of every kind, and the pixels that Pillow and numpy make of them;
arrays that numpy saved; copies that scikit-learn finds; crops that torchvision chooses.

    python3 -m venv v && v/bin/pip install pillow numpy scipy scikit-learn torch torchvision
    v/bin/python scripts/golden-datasets.py

NAME.png or NAME.jpg is the picture; NAME.rgb is width, height (two bytes, little-endian, each) and RGB pixels after
alpha is composited on (200, 100, 50). resize-*.rgb hold what `pattern.png` becomes at another size. copies.json says
for each threshold which connected component each picture of copies.npy is in.
"""
import io
import json
import math
import pathlib
import struct
import zlib
from unittest import mock

import numpy as np
import torch
from PIL import Image
from scipy.sparse.csgraph import connected_components
from sklearn.neighbors import radius_neighbors_graph
from torchvision.transforms import RandomResizedCrop

FOLDER = pathlib.Path(__file__).parent.parent / "Tests/DatasetsTests/Goldens"
BACKGROUND = (200, 100, 50)
WIDTH, HEIGHT = 13, 11


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """Rows of samples (height × values) as PNG packs them, each with the filter byte 0."""
    rows = []
    for row in samples:
        if depth == 16:
            packed = np.asarray(row, ">u2").tobytes()
        elif depth == 8:
            packed = np.asarray(row, "u1").tobytes()
        else:
            bits = "".join(format(int(value), f"0{depth}b") for value in row)
            bits += "0" * (-len(bits) % 8)
            packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
        rows.append(b"\0" + packed)
    return b"".join(rows)


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, color_type, depth, interlaced=False, before=b""):
    """`samples`: height × width × channels."""
    height, width, _ = samples.shape
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    data = b""
    if interlaced:
        for x, y, dx, dy in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                data += packed_rows(part.reshape(part.shape[0], -1), depth)
    else:
        data = packed_rows(samples.reshape(height, -1), depth)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def write_expected(name, rgb):
    height, width, _ = rgb.shape
    (FOLDER / f"{name}.rgb").write_bytes(struct.pack("<HH", width, height) + rgb.astype("u1").tobytes())


def composited(image):
    """Pillow's own reading of the picture, over the background."""
    rgba = np.asarray(image.convert("RGBA"), float)
    alpha = rgba[..., 3:] / 255
    return np.floor(rgba[..., :3] * alpha + np.array(BACKGROUND) * (1 - alpha) + 0.5)


def write(name, data, expected=None):
    ending = "jpg" if data[:2] == b"\xff\xd8" else "png"
    (FOLDER / f"{name}.{ending}").write_bytes(data)
    write_expected(name, composited(Image.open(io.BytesIO(data))) if expected is None else expected)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    random = np.random.default_rng(7)

    def samples(channels, depth):
        return random.integers(0, 1 << depth, (HEIGHT, WIDTH, channels))

    for interlaced in (False, True):
        suffix = "-interlaced" if interlaced else ""
        for depth in (1, 2, 4, 8):
            write(f"grey{depth}{suffix}", png(samples(1, depth), 0, depth, interlaced))
            palette = random.integers(0, 256, (1 << depth, 3)).astype("u1").tobytes()
            write(f"palette{depth}{suffix}", png(samples(1, depth), 3, depth, interlaced, chunk(b"PLTE", palette)))
        for color_type, channels, name in ((2, 3, "rgb"), (4, 2, "grey-alpha"), (6, 4, "rgba")):
            write(f"{name}8{suffix}", png(samples(channels, 8), color_type, 8, interlaced))
        # Pillow drops the low byte of 16 bits, or keeps it in a mode of its own: scaled here instead.
        for color_type, channels, name in ((0, 1, "grey"), (2, 3, "rgb"), (4, 2, "grey-alpha"), (6, 4, "rgba")):
            deep = samples(channels, 16)
            scaled = np.floor(deep * 255 / 65535 + 0.5)
            colour = scaled[..., :3] if channels > 2 else np.repeat(scaled[..., :1], 3, 2)
            alpha = scaled[..., -1:] / 255 if channels in (2, 4) else 1
            expected = np.floor(colour * alpha + np.array(BACKGROUND) * (1 - alpha) + 0.5)
            write(f"{name}16{suffix}", png(deep, color_type, 16, interlaced), expected)

    palette = random.integers(0, 256, (16, 3)).astype("u1").tobytes()
    transparency = random.integers(0, 256, 9).astype("u1").tobytes()
    before = chunk(b"PLTE", palette) + chunk(b"tRNS", transparency)
    write("palette4-transparent", png(samples(1, 4), 3, 4, before=before))
    # Pillow compares tRNS with the grey value after scaling it to 8 bits, and so misses it.
    grey = samples(1, 4)
    key = int(grey[2, 3, 0])
    expected = np.where(grey == key, np.array(BACKGROUND), grey * 17)
    write("grey4-transparent", png(grey, 0, 4, before=chunk(b"tRNS", struct.pack(">H", key))), expected)
    rgb = samples(3, 8)
    write("rgb8-transparent", png(rgb, 2, 8, before=chunk(b"tRNS", struct.pack(">HHH", *map(int, rgb[1, 1])))))
    write("rgb8-gamma", png(samples(3, 8), 2, 8, before=chunk(b"gAMA", struct.pack(">I", 100000))))

    smooth = np.linspace(0, 255, 24)[None, :, None] * np.array([1, 0.5, 0]) + np.linspace(0, 120, 16)[:, None, None]
    smooth = Image.fromarray(np.clip(smooth, 0, 255).astype("u1"), "RGB")
    for name, image, options in (
        ("jpeg-grey", smooth.convert("L"), {}),
        ("jpeg-444", smooth, {"subsampling": 0}),
        ("jpeg-420", smooth, {"subsampling": 2}),
        ("jpeg-progressive", smooth, {"progressive": True}),
        ("jpeg-cmyk", smooth.convert("CMYK"), {}),
    ):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=90, **options)
        write(name, buffer.getvalue())

    pattern = random.integers(0, 256, (12, 24, 3)).astype("u1")
    write("pattern", png(pattern, 2, 8))
    box, bicubic = Image.Resampling.BOX, Image.Resampling.BICUBIC
    for name, steps in {
        "8x6": [((8, 6), box)],
        "1x1": [((1, 1), box)],
        "40x31": [((40, 31), bicubic)],
        "8x20": [((8, 12), box), ((8, 20), bicubic)],
    }.items():
        # In floating point, as Pillow would otherwise round and clip between the axes.
        channels = [Image.fromarray(pattern[..., channel].astype("f4")) for channel in range(3)]
        for size, filter in steps:
            channels = [channel.resize(size, filter) for channel in channels]
        expected = np.stack([np.asarray(channel) for channel in channels], 2)
        write_expected(f"resize-{name}", np.clip(np.floor(expected + 0.5), 0, 255))
    covered = np.einsum("hr,wc,rck->hwk", coverage(12, 5), coverage(24, 7), pattern.astype(float))
    write_expected("resize-7x5", np.floor(covered + 0.5))
    write_arrays(np.random.default_rng(11))
    write_copies(np.random.default_rng(12))
    (FOLDER / "crops.json").write_text(json.dumps(list(crops())))


def write_arrays(random):
    levels = random.integers(0, 256, (12, 4, 4, 3)).astype("u1")
    levels[0, 0, 0] = 0, 128, 255
    for name, pictures in {
        "uint8": levels, "float16": (levels / 255).astype("f2"), "float32": (levels / 255).astype("f4"),
        "float64": levels / 127.5 - 1, "int64": levels.astype("i8"), "fortran": np.asfortranarray(levels),
        "channels-first": levels.transpose(0, 3, 1, 2).copy(), "big-endian": (levels / 255).astype(">f4"),
    }.items():
        np.save(FOLDER / f"pictures-{name}.npy", pictures)
    classes = np.arange(12) * 7 % 5
    one_hot = np.eye(5)[classes]
    for name, labels in {
        "one-hot": one_hot, "one-hot-bool": one_hot.astype(bool), "one-hot-fortran": np.asfortranarray(one_hot.astype("i4")),
        "int64": classes, "uint16-column": classes.astype("u2")[:, None],
        "two-ones": one_hot + np.eye(12, 5, -7), "no-one": one_hot * (np.arange(12) != 4)[:, None], "soft": one_hot * 0.5 + 0.1,
        "negative": classes - 1, "gap": classes + 1, "eleven": classes[:11],
    }.items():
        np.save(FOLDER / f"labels-{name}.npy", labels)


def write_copies(random):
    """Pictures around a few centres, some of them equal, some as far apart as the thresholds."""
    centres = random.integers(40, 216, (6, 6, 6, 3))
    spread = random.choice([0, 1, 3, 6, 12], 60)[:, None, None, None]
    pictures = np.clip(centres[random.integers(0, 6, 60)] + random.normal(0, 1, (60, 6, 6, 3)) * spread, 0, 255).astype("u1")
    np.save(FOLDER / "copies.npy", pictures)
    flat = pictures.reshape(60, -1).astype(float)
    components = {}
    for threshold in (0.7, 1.5, 4, 9.5, 14, 200):
        graph = radius_neighbors_graph(flat, threshold * math.sqrt(flat.shape[1]), mode="connectivity")
        components[str(threshold)] = connected_components(graph, directed=False)[1].tolist()
    (FOLDER / "copies.json").write_text(json.dumps(components))


def crops():
    """What torchvision makes of numbers of ours: element k of case c is the fraction of (40·c + k + 1)·φ."""
    cases = [([0.08, 1], [3 / 4, 4 / 3], size) for size in (16, 17, 64) for _ in range(12)]
    cases += [([0.8, 1], [0.4, 2.5], 16) for _ in range(12)] + [([0.3, 0.3], [1, 1], 10)]
    cases += [([0.9, 1], [3, 4], 17), ([0.9, 1], [0.1, 0.2], 17), ([0.99, 1], [3, 4], 5)]
    for c, (scale, ratio, size) in enumerate(cases):
        number = lambda k: (40 * c + k + 1) * 0.6180339887498949 % 1
        uniforms, integers = iter(range(1000)), iter(range(1000))
        taken = []

        def uniform_(tensor, low, high):
            n = next(uniforms)
            taken.append(4 * (n // 2))
            return tensor.double().fill_(low + number(4 * (n // 2) + n % 2) * (high - low))

        def randint(low, high, size):
            return torch.tensor([int(number(taken[-1] + 2 + next(integers)) * high)])

        with mock.patch.object(torch.Tensor, "uniform_", uniform_), mock.patch("torch.randint", randint):
            box = RandomResizedCrop.get_params(Image.new("RGB", (size, size)), scale, ratio)
        yield {"scale": scale, "ratio": ratio, "size": size, "box": list(map(int, box))}


def coverage(old, new):
    """new × old: the share of each old pixel in each new one, by the area that they have in common."""
    edges = np.arange(new + 1) * old / new
    common = np.minimum(edges[1:, None], np.arange(1, old + 1)) - np.maximum(edges[:-1, None], np.arange(old))
    return np.maximum(common, 0) * new / old


if __name__ == "__main__":
    main()
