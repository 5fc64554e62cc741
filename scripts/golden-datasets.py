"""Writes Tests/DatasetsTests/Goldens: small pictures of every kind, and the pixels that Pillow and numpy make of them.

    python3 -m venv v && v/bin/pip install pillow numpy
    v/bin/python scripts/golden-datasets.py

NAME.png or NAME.jpg is the picture; NAME.rgb is width, height (two bytes, little-endian, each) and RGB pixels after
alpha is composited on (200, 100, 50). resize-*.rgb hold what `pattern.png` becomes at another size.
"""
import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

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


def coverage(old, new):
    """new × old: the share of each old pixel in each new one, by the area that they have in common."""
    edges = np.arange(new + 1) * old / new
    common = np.minimum(edges[1:, None], np.arange(1, old + 1)) - np.maximum(edges[:-1, None], np.arange(old))
    return np.maximum(common, 0) * new / old


if __name__ == "__main__":
    main()
