"""What scripts/benchmark-training does once the trainer is built and PyTorch is there.

For every line it first tries the modes in which PyTorch could be at its best, a few steps each, and keeps the fastest
ready. Then turns alternate: the processor's limit, Darkroom, PyTorch, in both precisions. What is compared is a turn's
own pair, so that a machine that changes its speed changes both.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
# What lines came to when they were last measured; the page is made of it.
KEPT = HERE.parent / "docs" / "performance.json"
PRECISIONS = ["float32", "bfloat16"]

# The tutorial's networks, and one for quick experiments.
PART_3 = {"model.dropout": 0.2, "conditioning.bottleneck": 32, "conditioning.dropout": 0.1, "training.loss": "l1",
          "training.optimizer": "adamw", "training.weight_decay": 1e-4}
NETWORKS = {
    "part-2": {"model.widths": [64, 128], "model.dropout": 0.0, "conditioning.bottleneck": None,
               "conditioning.dropout": 0.0, "training.loss": "mse", "training.optimizer": "adam",
               "training.weight_decay": 0.0},
    "part-3": {"model.widths": [64, 128, 256], **PART_3},
    "small": {"model.widths": [32, 64], **PART_3},
}
LINES = [(job, network, batch) for job in ("train", "sample") for network in NETWORKS for batch in (1, 32, 64, 128)]

# In which PyTorch may be at its best. A compiled network has its convolutions channels last however it is handed over
# (decide_layout_opt in torch/_inductor/graph.py), so compiling the other layout would only add conversions.
EAGER = ["eager", "channels-last", "channels-last compiled"]
MODES = {
    ("train", "float32"): EAGER,
    ("train", "bfloat16"): EAGER,
    ("sample", "float32"): [*EAGER, "channels-last compiled frozen"],
    ("sample", "bfloat16"): [*EAGER, "channels-last cast compiled frozen"],
}

# (goal, least) of PyTorch's seconds over Darkroom's; a precision of 'best' takes each side's faster one.
GOALS = {
    **{("train", "part-3", batch, precision): (2.0, 1.5) for batch in (32, 128) for precision in PRECISIONS},
    ("train", "small", 64, "best"): (3.0, 2.0),
    ("sample", "part-3", 64, "best"): (2.5, 1.8),
    ("sample", "part-3", 1, "best"): (2.5, 1.8),
}
# (goal, least) of Darkroom's peak memory over the least of PyTorch's modes.
MEMORY_GOALS = {("train", "part-3", 128, precision): (0.6, 0.8) for precision in PRECISIONS}
ENOUGH_OF_FLOOR = 0.7


def repeats(batch):
    return 10 if batch == 1 else 4 if batch <= 32 else 3


class Peer:
    """PyTorch in one mode, warmed up and waiting for its next turn."""

    def __init__(self, line, precision, mode, threads):
        job, network, batch = line
        self.mode = mode
        self.process = subprocess.Popen(
            [sys.executable, HERE / "benchmark-peer.py", job, str(batch), "--settings", json.dumps(NETWORKS[network]),
             "--precision", precision, "--mode", mode, "--repeats", str(repeats(batch)), "--threads", str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.first = self.answer()

    def answer(self):
        text = self.process.stdout.readline()
        if not text:
            lines = self.process.communicate()[1].strip().splitlines() or ["it ended"]
            raise RuntimeError(lines[-1])
        return json.loads(text)

    def turn(self):
        print(file=self.process.stdin, flush=True)
        return self.answer()

    def close(self):
        if self.process.poll() is None:
            self.process.communicate()


def best_peer(line, precision, threads):
    """The fastest of the modes, by its best step, and what each came to: answers, or a complaint."""
    best, tried = None, {}
    for mode in MODES[line[0], precision]:
        try:
            peer = Peer(line, precision, mode, threads)
        except RuntimeError as complaint:
            tried[mode] = str(complaint)
            print(f"  PyTorch cannot do '{mode}' in {precision}: {complaint}", file=sys.stderr, flush=True)
            continue
        tried[mode] = peer.first
        if best is None or peer.first["least_seconds"] < best.first["least_seconds"]:
            best, peer = peer, best
        if peer:
            peer.close()
    if best is None:
        sys.exit(f"PyTorch does {' '.join(map(str, line))} in no mode")
    return best, tried


def trainer(program, job, precision, threads, network=None, batch=None):
    arguments = [job, "--precision", precision, "--threads", str(threads)]
    if job == "floor":
        arguments += ["--repeats", "9"]
    else:
        settings = {key: value for key, value in NETWORKS[network].items() if key != "model.widths"}
        arguments += ["--batch", str(batch), "--repeats", str(repeats(batch)), "--settings", json.dumps(settings),
                      "--widths", ",".join(map(str, NETWORKS[network]["model.widths"]))]
    return json.loads(subprocess.run([program, "benchmark", *arguments], check=True, capture_output=True).stdout)


def measure(line, turns, program, threads):
    """By precision: the answers of each turn of both sides and of the floor, and PyTorch's modes."""
    job, network, batch = line
    peers = {precision: best_peer(line, precision, threads) for precision in PRECISIONS}
    result = {precision: {"ours": [], "theirs": [], "floor": [], "mode": peer.mode, "tried": tried}
              for precision, (peer, tried) in peers.items()}
    for _ in range(turns):
        for precision, (peer, _) in peers.items():
            result[precision]["floor"].append(trainer(program, "floor", precision, threads))
            result[precision]["ours"].append(trainer(program, job, precision, threads, network, batch))
            result[precision]["theirs"].append(peer.turn())
    for peer, _ in peers.values():
        peer.close()
    return result


def rate(answers):
    return statistics.median(answer["images_per_second"] for answer in answers)


def row(line, precision, ours, theirs):
    """What is told of a line in one precision, or of the two sides' best ones."""
    ratios = [a["images_per_second"] / b["images_per_second"] for a, b in zip(ours["ours"], theirs["theirs"])]
    share = statistics.median(a["flops_per_second"] / f["flops_per_second"] for a, f in zip(ours["ours"], ours["floor"]))
    return {"line": line, "precision": precision, "ours": rate(ours["ours"]), "theirs": rate(theirs["theirs"]),
            "mode": theirs["mode"], "ratios": ratios, "ratio": statistics.median(ratios), "share": share}


def rows(line, result):
    told = [row(line, precision, result[precision], result[precision]) for precision in PRECISIONS]
    ours, theirs = (max(PRECISIONS, key=lambda p: rate(result[p][side])) for side in ("ours", "theirs"))
    best = row(line, "best", result[ours], result[theirs])
    best["best"] = f"{ours} / {theirs}"
    return [*told, best]


def memory(line, result):
    """MB of each side in each precision; PyTorch's in its fastest mode, and in its leanest."""
    told = []
    for precision in PRECISIONS:
        part = result[precision]
        ours = max(answer["peak_bytes"] for answer in part["ours"])
        theirs = part["theirs"][-1]["peak_bytes"]
        modes = {mode: answer["peak_bytes"] for mode, answer in part["tried"].items() if isinstance(answer, dict)}
        leanest = min(modes, key=modes.get)
        told.append({"line": line, "precision": precision, "ours": ours, "theirs": theirs, "leanest": leanest,
                     "least": modes[leanest], "ratio": ours / modes[leanest]})
    return told


def record(line, result, a):
    """All that the page says of a line."""
    versions = result["float32"]["theirs"][-1]
    return {
        "rows": rows(line, result), "memory": memory(line, result) if line[0] == "train" else [],
        "limits": {precision: statistics.median(answer["flops_per_second"] for answer in result[precision]["floor"])
                   for precision in PRECISIONS},
        "turns": a.turns, "threads": a.threads, "processor": processor(), "torch": versions["torch"],
        "diffusers": versions["diffusers"], "date": str(datetime.date.today()), "commit": commit(),
    }


def keep(line, measured):
    """Adds a line to those measured before on this machine with as many threads, and makes the page anew."""
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    same = ("processor", "threads", "torch", "diffusers")
    known = {title: other for title, other in known.items() if all(other[key] == measured[key] for key in same)}
    known[" ".join(map(str, line))] = measured
    titles = [" ".join(map(str, line)) for line in LINES]
    known = {title: known[title] for title in titles if title in known}
    for path, text in [(KEPT, json.dumps(known, indent=1) + "\n"),
                       (KEPT.with_suffix(".md"), document(list(known.values())))]:
        new = path.with_suffix(".new")
        new.write_text(text)
        new.replace(path)


def verdict(row):
    goals = GOALS if "share" in row else MEMORY_GOALS
    if (*row["line"], row["precision"]) not in goals:
        return ""
    goal, least = goals[*row["line"], row["precision"]]
    if "share" not in row:
        outcome = "goal met" if row["ratio"] <= goal else "least met" if row["ratio"] <= least else "not met"
        return f"≤ {goal}, least ≤ {least}: {outcome}"
    if row["ratio"] >= goal:
        outcome = "goal met"
    elif row["ratio"] >= least:
        outcome = "least met"
    elif row["share"] >= ENOUGH_OF_FLOOR:
        outcome = "least met by the limit"
    else:
        outcome = "not met"
    return f"{goal}, least {least}: {outcome}"


def down(value, digits=2):
    """Never rounded in our favour, where more is better."""
    return f"{math.floor(value * 10 ** digits + 1e-9) / 10 ** digits:.{digits}f}"


def up(value, digits=2):
    return f"{math.ceil(value * 10 ** digits - 1e-9) / 10 ** digits:.{digits}f}"


def name(row):
    job, network, batch = row["line"]
    return f"{job} {network} {batch}", row.get("best", row["precision"])


def cells(row):
    spread = f"{down(min(row['ratios']))}…{down(max(row['ratios']))}"
    return [*name(row), down(row["ours"], 1), up(row["theirs"], 1), row["mode"], f"{down(row['ratio'])} ({spread})",
            f"{math.floor(100 * row['share'])} %", verdict(row)]


def memory_cells(row):
    return [*name(row), f"{math.ceil(row['ours'] / 1e6)}", f"{math.floor(row['theirs'] / 1e6)}",
            f"{math.floor(row['least'] / 1e6)} ({row['leanest']})", up(row["ratio"]), verdict(row)]


def table(titles, body):
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in [titles, ["---"] * len(titles), *body])


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
        flags = next((line.split() for line in lines if line.startswith("flags")), [])
        known = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
        return f"{model} ({', '.join(known)})" if known else model
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def counted(count, noun):
    return f"{count} {noun}{'' if count == 1 else 's'}"


def commit():
    def git(*arguments):
        return subprocess.run(["git", "-C", HERE, *arguments], capture_output=True, text=True).stdout.strip()
    dirty = git("status", "--porcelain", "--untracked-files=no", "--", "../Sources", "../Package.swift")
    return git("rev-parse", "--short", "HEAD") + (" with changes" if dirty else "")


def document(records):
    limits = {precision: [record["limits"][precision] for record in records] for precision in PRECISIONS}
    limit = ", ".join(f"{statistics.median(rates) / 1e9:.0f} GFLOP/s in {precision}" for precision, rates in limits.items())
    told = [[*cells(row), record["turns"], f"{record['date']}, {record['commit']}"]
            for record in records for row in record["rows"]]
    remembered = [memory_cells(row) for record in records for row in record["memory"]]
    any_ = records[0]
    return f"""# Performance

Written by `scripts/benchmark-training --write`, which measures all lines or, with `--only` and `--goals`, some of them
anew. {any_['processor']}, {counted(any_['threads'], 'thread')} on either side; libtorch and PyTorch {any_['torch']},
diffusers {any_['diffusers']}; at the end of a line, the number of its turns, its date and Darkroom's commit.

All figures are medians; a turn is Darkroom and PyTorch one after the other, and a ratio is that of a turn's pair, with
its least and greatest. Pictures are 16×16; part 2 has widths 64, 128 (7.6 million parameters), part 3 has 64, 128, 256
(26 million), small 32, 64. A step of training is one of `darkroom run`: pictures, noise, both passes, optimizer, and what
it records, which is more than PyTorch is asked for (the gradient's norm, both losses, and those of each picture).
Sampling is DDIM with 10 steps. PyTorch is in its fastest mode of those tried for this very line: fused optimizer and
inference mode throughout; eager or compiled, channels last or not, by autocast or with bfloat16 weights. Compiling
doesn't count. Where the precision is two, each side has its faster one.

'Of the limit': the operations of the network's convolutions, linear layers and attention a second, over those of a large
128→128 3×3 convolution, channels last, in the same turn and precision: {limit}.
Operations are counted as they are usually done, though Darkroom leaves out some: of convolutions of upsampled pictures
five ninths, and what meets only the padding of small ones.
A least counts as met at {100 * ENOUGH_OF_FLOOR:.0f} % of the limit. All figures are rounded against Darkroom.

## Speed, in pictures a second

{table(['', 'precision', 'Darkroom', 'PyTorch', 'its mode', 'ratio', 'of the limit', 'goal', 'turns', 'measured'], told)}

## Peak memory of the process, in MB

The ratio is to PyTorch's leanest mode, which need not be its fastest.

{table(['', 'precision', 'Darkroom', 'PyTorch', 'its least', 'ratio', 'goal'], remembered)}
"""


def arguments():
    a = argparse.ArgumentParser(prog="scripts/benchmark-training", description="Times Darkroom and PyTorch turn by turn.")
    a.add_argument("trainer", help=argparse.SUPPRESS)
    a.add_argument("--turns", type=int, default=5, help="of each line (5)")
    a.add_argument("--only", action="append", default=[], metavar="WORDS",
                   help="lines that have all these words, such as 'train part-3 32'; may be given again")
    a.add_argument("--goals", action="store_true", help="lines that have a goal")
    a.add_argument("--threads", type=int, default=os.cpu_count(), help="of each side (all cores)")
    a.add_argument("--write", action="store_true", help="bring docs/performance.md up to date, line by line")
    a = a.parse_args()
    aimed = {goal[:3] for goal in GOALS}
    lines = [line for line in LINES
             if (not a.only or any(set(only.split()) <= set(map(str, line)) for only in a.only))
             and (not a.goals or line in aimed)]
    if not lines:
        sys.exit("no such line; there are " + ", ".join(" ".join(map(str, line)) for line in LINES))
    if a.turns < 1 or a.threads < 1:
        sys.exit("--turns and --threads are at least 1")
    return a, lines


if __name__ == "__main__":
    a, lines = arguments()
    start = time.monotonic()
    for line in lines:
        told = record(line, measure(line, a.turns, a.trainer, a.threads), a)
        for row_ in told["rows"]:
            title, precision, ours, theirs, mode, ratio, share, goal = cells(row_)
            print(f"{title:18} {precision:19} Darkroom {ours:>7}, PyTorch {theirs:>7} ({mode}), ratio {ratio}, "
                  f"{share} of the limit{goal and '; goal ' + goal}")
        for row_ in told["memory"]:
            title, precision, ours, theirs, least, ratio, goal = memory_cells(row_)
            print(f"{title:18} {precision:19} Darkroom {ours:>5} MB, PyTorch {theirs:>5} MB, its least {least}, "
                  f"ratio {ratio}{goal and '; goal ' + goal}")
        limits = ", ".join(f"{rate_ / 1e9:.0f} GFLOP/s in {precision}" for precision, rate_ in told["limits"].items())
        print(f"{'':18} limit {limits}; {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
        if a.write:
            keep(line, told)
