"""What scripts/write-results does: asks runs.db the questions of the reference sweeps, and writes docs/results.md with the
plots beside it. Python 3, standard library."""

import json
import os
import shlex
import subprocess
import sys

from stores import rows

darkroom, root = sys.argv[1:]
db = os.path.join(root, "runs.db")

SWEEPS = ["samplers", "loss", "warmup", "balance", "precision"]

# Of each sweep, what is asked: a heading, and compare's options.
QUESTIONS = {
    "samplers": [
        ("DDIM against DDPM, in as many steps", "--by sampler,steps --baseline sampler=ddpm --metric kid,fid,class_accuracy"),
        ("Fewer steps against 1000", "--by steps --baseline steps=1000 --metric kid,evaluation.seconds_per_picture"),
        ("Dropout", "--by dropout --baseline dropout=0 --metric validation.mse,kid,nearest_neighbour"),
        ("Bottleneck", "--by bottleneck --baseline bottleneck=null --metric validation.mse,kid,class_accuracy"),
    ],
    "loss": [("", "--baseline loss=mse --metric validation.l1,validation.mse,kid,class_accuracy")],
    "warmup": [("", "--baseline epochs=null --metric validation.mse,kid,class_accuracy")],
    "balance": [("", "--baseline balance=none --metric validation.mse,kid,class_accuracy,coverage")],
    "precision": [("", "--baseline precision=float32 --metric validation.l1,validation.mse,kid")],
}
PLOTS = {
    "samplers": "--by sampler,steps --metric kid,class_accuracy --plot-x steps",
    "loss": "--metric validation.l1,validation.mse",
    "warmup": "--metric train.mse,validation.mse",
    "balance": "--metric train.mse,validation.mse",
    "precision": "--metric validation.l1,validation.mse",
}


def ask(command, *more):
    words = shlex.split(command)
    assert words[0] == "darkroom"
    return subprocess.run([darkroom, *words[1:], *more], cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout


def name(group):
    return ", ".join(f"{key.split('.')[-1]} {'none' if value is None else value}"
                     for key, value in group["params"].items())


def difference(measured):
    text = f"{measured['difference']:+.3g}"
    if measured["difference_low"] is not None:
        text += f" ({measured['difference_low']:+.3g} to {measured['difference_high']:+.3g})"
    if measured["verdict"] == "undecided" and measured["seeds_to_decide"]:
        text += f", some {measured['seeds_to_decide']} seeds would decide"
    return text


def conclusion(comparison):
    """A line a metric: what is better, worse, the same, and where it stays undecided, with 95 % intervals."""
    lines = []
    for metric in comparison["metrics"]:
        found = {verdict: [] for verdict in ["better", "worse", "same", "undecided"]}
        for group in comparison["groups"]:
            measured = group["metrics"][metric]
            if measured.get("difference") is not None and measured["verdict"] in found:
                found[measured["verdict"]].append(f"{name(group)}: {difference(measured)}")
        parts = [f"**{verdict}** {'; '.join(groups)}" for verdict, groups in found.items() if groups]
        if parts:
            lines.append(f"- `{metric}`: " + ". ".join(parts) + ".")
    return "\n".join(lines)


def section(sweep):
    (question, runs), = rows(
        db, "SELECT question, count(*) FROM sweep JOIN sweep_run ON sweep = number WHERE name = ?", f"reference-{sweep}")
    yield f"## {question}"
    yield f"[{sweep}.yaml](../experiments/reference/{sweep}.yaml), {runs} runs."
    for heading, options in QUESTIONS[sweep]:
        command = f"darkroom compare --sweep reference-{sweep} {options}"
        if heading:
            yield f"### {heading}"
        yield f"```sh\n{command} --format markdown\n```"
        yield ask(command, "--format", "markdown").strip()
        yield "Differences from the baseline, with the intervals that hold together:"
        yield conclusion(json.loads(ask(command, "--format", "json")))
    plot = f"darkroom compare --sweep reference-{sweep} {PLOTS[sweep]} --plot docs/results/{sweep}.svg"
    ask(plot, "--output", os.devnull, "--format", "table")
    yield f"```sh\n{plot}\n```"
    yield f"![{question}](results/{sweep}.svg)"


def origin():
    (first, last, seconds), = rows(
        db, """SELECT date(min(started_at) / 1000, 'unixepoch'), date(max(ended_at) / 1000, 'unixepoch'),
        sum((ended_at - started_at) / 1000.0) FROM attempt""")
    (processor, system), = rows(
        db, """SELECT environment ->> 'processor', environment ->> 'system' FROM attempt
        GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1""")
    (runs,), = rows(db, "SELECT count(*) FROM run")
    (networks,), = rows(
        db, """SELECT count(*) FROM stage WHERE kind = 'train' AND end_epoch = (SELECT max(end_epoch) FROM stage)""")
    days = first if first == last else f"{first} to {last}"
    return (f"{runs} runs of {networks} trained networks, executed on {days} on {processor}, {system}, in "
            f"{seconds / 3600:.1f} hours of stages' time, two at once, on a machine that did other things meanwhile: what is "
            "measured in seconds is a hint, all else comes out again bit by bit on the same processor.")


os.makedirs(os.path.join(root, "docs", "results"), exist_ok=True)
parts = [
    "# Results",
    "Written by `scripts/write-results` from the reference sweeps that `runs.db` holds: every table and plot comes out "
    "again from the command above it. `scripts/record-reference-sweeps` executes the sweeps anew.",
    origin(),
    "The networks are small (widths 16 and 32) and trained for 50 epochs of 1800 sprites of 16×16, which `darkroom data` "
    "draws; their pictures are plainly not perfect. Scores are of 100 pictures by a classifier of the same data "
    "([what they are](experiment-file.md#scores)). What is said here is said of such networks. How differences are judged "
    "is told in [compare.md](compare.md); where nothing is said of δ, two groups are the same within 1 % of the baseline.",
]
for sweep in SWEEPS:
    parts += section(sweep)
target = os.path.join(root, "docs", "results.md")
with open(target + ".new", "w") as file:
    file.write("\n\n".join(parts) + "\n")
os.replace(target + ".new", target)
