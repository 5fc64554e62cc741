#!/usr/bin/env python3
"""Writes Tests/ReportsTests/Goldens with scipy and statsmodels, as the oracle of Reports' statistics: student-t.json,
samples.json, simultaneous.json (the quantiles of simultaneous intervals), two-way.json (fits with missing cells),
effects.json (analyses of variance with repeated measures), signs.json (the wild bootstrap, all signs).

    python3 scripts/golden-statistics.py        # needs scipy, numpy, pandas and statsmodels
"""
import json
import math
import pathlib

import numpy as np
import pandas
import statsmodels.formula.api as formulas
from scipy import integrate, optimize, special, stats
from statsmodels.stats.anova import AnovaRM

folder = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "ReportsTests" / "Goldens"

degrees = [0.5, 1, 1.5, 2, 3, 4, 5, 9, 10, 29, 49, 51, 99, 1000, 123456.0]
points = [-40.0, -6.5, -2.0, -0.75, -1e-3, 0.0, 1e-6, 0.1, 0.5, 1.0, 1.96, 3.3, 8.0, 25.0]
probabilities = [1e-6, 0.005, 0.025, 0.3, 0.5, 0.5001, 0.9, 0.95, 0.975, 0.995, 0.9999]

student = {
    "cumulative": [[v, t, float(stats.t.cdf(t, v))] for v in degrees for t in points],
    "quantile": [[v, p, float(stats.t.ppf(p, v))] for v in degrees for p in probabilities],
}

# Samples as a sweep yields them: few, close together, sometimes far from zero.
generator = np.random.default_rng(20)
samples = []
for n in (2, 3, 5, 10, 40):
    for centre, spread in ((0.05, 0.002), (1e6, 0.5), (-3.0, 10.0)):
        values = generator.normal(centre, spread, n)
        others = values - generator.normal(spread / 2, spread / 3, n)
        low, high = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
        paired = stats.ttest_rel(values, others).confidence_interval(0.95)
        samples.append({
            "values": values.tolist(), "others": others.tolist(),
            "mean": float(values.mean()), "sd": float(values.std(ddof=1)), "low": float(low), "high": float(high),
            "difference": float((values - others).mean()),
            "difference_low": float(paired.low), "difference_high": float(paired.high),
        })

# Tukey's range by scipy. Dunnett's greatest |t| by two nested adaptive integrals, over what the comparisons share and
# over the common spread; scipy's own test of the same statistic agrees as far as it goes, and Student's t exactly.


def dunnett(q, k, rho, nu):
    def known(w):
        def inner(z):
            root = math.sqrt(1 - rho)
            upper, lower = (math.sqrt(rho) * z + w) / root, (math.sqrt(rho) * z - w) / root
            return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (special.ndtr(upper) - special.ndtr(lower)) ** k

        return 2 * integrate.quad(inner, 0, 10, epsabs=1e-11, epsrel=1e-10, limit=200)[0]

    def density(s):
        return math.exp((nu - 1) * math.log(s) - nu * s * s / 2 + factor)

    factor = math.log(2) + nu / 2 * math.log(nu / 2) - special.gammaln(nu / 2)
    ends = stats.chi(nu, scale=1 / math.sqrt(nu)).ppf([1e-14, 1 - 1e-14])
    return integrate.quad(lambda s: known(q * s) * density(s), *ends, epsabs=1e-9, epsrel=1e-9, limit=200)[0]


assert abs(dunnett(2.5, 1, 0.5, 7) - (1 - 2 * stats.t.sf(2.5, 7))) < 1e-9
values = np.random.default_rng(3).normal(size=(4, 6))
test = stats.dunnett(*values[1:], control=values[0], random_state=0)
assert all(abs(1 - dunnett(abs(t), 3, 0.5, 20) - p) < 2e-3 for t, p in zip(test.statistic, test.pvalue))

simultaneous = {
    "baseline": [
        [k, rho, nu, p, float(optimize.brentq(lambda q: dunnett(q, k, rho, nu) - p, 0.1, 200, xtol=1e-8, rtol=1e-9))]
        for k, rho, nu, p in [
            (1, 0.5, 2, 0.95), (2, 0.5, 4, 0.95), (3, 0.5, 6, 0.95), (5, 0.5, 10, 0.95), (5, 0.5, 2.5, 0.95),
            (11, 0.5, 22, 0.95), (11, 0.3, 9, 0.99), (19, 0.5, 171, 0.95), (2, 0.0, 3, 0.95), (4, 0.5, 1, 0.9),
        ]
    ],
    "range": [
        [k, nu, p, float(stats.studentized_range.ppf(p, k, nu))]
        for k, nu, p in [
            (2, 2, 0.95), (2, 10, 0.99), (3, 4, 0.95), (5, 8, 0.95), (6, 20, 0.95), (12, 22, 0.9), (20, 171, 0.95),
            (4, 1, 0.9),
        ]
    ],
    "f": [
        [a, b, x, float(stats.f.sf(x, a, b))]
        for a, b in [(1, 2), (1, 4), (2, 4), (5, 10), (3, 57), (1, 1000), (60, 3)]
        for x in (0.01, 0.5, 1, 4, 30, 1000)
    ],
}

# y = group + seed + noise with cells missing: statsmodels' least squares, and differences from the first group. Blocks
# outnumber groups and groups blocks.
two_way = []
for groups, seeds, missing in [(2, 3, 0), (3, 5, 0), (4, 3, 2), (3, 10, 7), (7, 4, 6), (5, 5, 4)]:
    places = [(group, seed) for group in range(groups) for seed in range(seeds)]
    for place in generator.permutation(len(places))[:missing][::-1]:
        places[place] = None
    places = [place for place in places if place]
    cells = [[group, seed, float(0.05 + 0.01 * group + generator.normal(0, 0.02) + 0.1 * np.sin(seed))]
             for group, seed in places]
    frame = pandas.DataFrame(cells, columns=["group", "seed", "y"])
    fit = formulas.ols("y ~ C(group) + C(seed)", frame).fit()
    two_way.append({
        "cells": cells, "groups": groups, "residual_sum": float(fit.ssr), "degrees": int(fit.df_resid),
        "differences": [float(fit.params[f"C(group)[T.{group}]"]) for group in range(1, groups)],
        "errors": [float(fit.bse[f"C(group)[T.{group}]"]) for group in range(1, groups)],
    })

# Two and three axes crossed, all within seeds.
effects = []
for counts, seeds in [((2, 2), 3), ((3, 2), 5), ((2, 3, 2), 4)]:
    levels = [list(place) for place in np.ndindex(*counts)]
    rows = []
    for seed in range(seeds):
        slopes = generator.normal(0, 0.3, len(counts))
        for place in levels:
            y = seed + sum((1 + slope) * level for slope, level in zip(slopes, place)) + generator.normal(0, 0.5)
            rows.append([seed, *place, float(y + 0.4 * place[0] * place[1])])
    names = [f"axis{index}" for index in range(len(counts))]
    frame = pandas.DataFrame(rows, columns=["seed", *names, "y"])
    table = AnovaRM(frame, "y", "seed", within=names).fit().anova_table
    pairs = [[a] for a in range(len(counts))] + [[a, b] for a in range(len(counts)) for b in range(a + 1, len(counts))]
    effects.append({
        "levels": levels, "rows": [[row[0], row[-1]] for row in rows],
        "terms": [
            {"axes": axes, **{
                key: float(table.loc[":".join(names[axis] for axis in axes)][column])
                for key, column in [("f", "F Value"), ("df", "Num DF"), ("df_error", "Den DF"), ("p", "Pr > F")]}}
            for axes in pairs
        ],
    })

# Deviations from the means with all ways of signs, the same for every comparison: scipy flips the signs of ones.
signs = []
for n, comparisons in [(10, 1), (10, 3), (12, 2)]:
    base = generator.normal(0, 1, n)
    groups = [(generator.standard_t(4, n) * (1 + group) + base).tolist() for group in range(comparisons)]
    differences = np.array(groups) - base
    errors = stats.sem(differences, axis=1)
    deviations = differences - differences.mean(axis=1, keepdims=True)

    def greatest(flipped, axis):
        values = np.moveaxis(flipped, axis, -1)[..., None, :] * deviations
        return np.abs(values.mean(-1) / stats.sem(values, axis=-1)).max(-1)

    ways = stats.permutation_test((np.ones(n),), greatest, permutation_type="samples", n_resamples=np.inf, vectorized=True)
    assert len(ways.null_distribution) == 2 ** n
    factor = np.quantile(ways.null_distribution, 0.95, method="inverted_cdf")
    signs.append({"base": base.tolist(), "groups": groups, "means": differences.mean(axis=1).tolist(),
                  "half_widths": (factor * errors).tolist()})

folder.mkdir(parents=True, exist_ok=True)
(folder / "student-t.json").write_text(json.dumps(student) + "\n")
(folder / "samples.json").write_text(json.dumps(samples, indent=1) + "\n")
(folder / "simultaneous.json").write_text(json.dumps(simultaneous) + "\n")
(folder / "two-way.json").write_text(json.dumps(two_way) + "\n")
(folder / "effects.json").write_text(json.dumps(effects) + "\n")
(folder / "signs.json").write_text(json.dumps(signs) + "\n")
