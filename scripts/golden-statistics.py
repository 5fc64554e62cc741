#!/usr/bin/env python3
"""Writes Tests/ReportsTests/Goldens/student-t.json and samples.json with scipy, as the oracle of Reports' statistics.

    python3 scripts/golden-statistics.py        # needs scipy and numpy
"""
import json
import pathlib

import numpy as np
from scipy import stats

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

folder.mkdir(parents=True, exist_ok=True)
(folder / "student-t.json").write_text(json.dumps(student) + "\n")
(folder / "samples.json").write_text(json.dumps(samples, indent=1) + "\n")
