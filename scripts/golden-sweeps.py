#!/usr/bin/env python3
"""Writes Tests/ExperimentsTests/Goldens/distributions.json with scipy, and tpe.json with Optuna, as the oracles of what
sweeps draw and propose. Half a minute.

    pip install 'optuna==5.0.0' scipy
    python3 scripts/golden-sweeps.py
"""
import json
import math
import pathlib

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
from scipy import stats

folder = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "ExperimentsTests" / "Goldens"
folder.mkdir(parents=True, exist_ok=True)
optuna.logging.set_verbosity(optuna.logging.ERROR)

# Each distribution as the sweep block has it, and the same in scipy's words; q: what it is rounded to.
shares = np.linspace(0.02, 0.98, 25)
distributions = [
    ({"distribution": "int_uniform", "min": 3, "max": 12}, stats.randint(3, 13), None),
    ({"distribution": "uniform", "min": 0.5, "max": 4}, stats.uniform(0.5, 3.5), None),
    ({"distribution": "q_uniform", "min": 0, "max": 5, "q": 0.5}, stats.uniform(0, 5), 0.5),
    ({"distribution": "log_uniform", "min": -9.5, "max": -2}, stats.loguniform(math.exp(-9.5), math.exp(-2)), None),
    ({"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1}, stats.loguniform(1e-5, 0.1), None),
    ({"distribution": "q_log_uniform", "min": 0, "max": 4, "q": 2}, stats.loguniform(1, math.exp(4)), 2),
    ({"distribution": "q_log_uniform_values", "min": 1, "max": 100, "q": 1}, stats.loguniform(1, 100), 1),
    ({"distribution": "inv_log_uniform", "min": 2, "max": 7}, stats.loguniform(math.exp(-7), math.exp(-2)), None),
    ({"distribution": "inv_log_uniform_values", "min": 0.01, "max": 2}, stats.loguniform(0.01, 2), None),
    ({"distribution": "normal", "mu": 3, "sigma": 0.5}, stats.norm(3, 0.5), None),
    ({"distribution": "q_normal", "mu": 3, "sigma": 2, "q": 0.25}, stats.norm(3, 2), 0.25),
    ({"distribution": "log_normal", "mu": -4, "sigma": 1.5}, stats.lognorm(1.5, scale=math.exp(-4)), None),
    ({"distribution": "q_log_normal", "mu": 2, "sigma": 1, "q": 1}, stats.lognorm(1, scale=math.exp(2)), 1),
    ({"distribution": "beta", "a": 2, "b": 5}, stats.beta(2, 5), None),
    ({"distribution": "beta", "a": 0.4, "b": 0.7}, stats.beta(0.4, 0.7), None),
    ({"distribution": "q_beta", "a": 3, "b": 1.5, "q": 0.1}, stats.beta(3, 1.5), 0.1),
]
rows = []
for block, law, q in distributions:
    points = sorted(set(float(law.ppf(share)) for share in shares))
    if q is not None:
        points = sorted(set(round(point / q) * q for point in points))
    cumulative = [float(law.cdf(point if q is None else point + q / 2)) for point in points]
    rows.append({"block": block, "points": points, "cumulative": cumulative})
(folder / "distributions.json").write_text(json.dumps(rows) + "\n")

# Densities of Parzen estimators: of so many observations of one parameter of each kind, at some points.
space = {
    "uniform": FloatDistribution(-2, 3),
    "logarithmic": FloatDistribution(1e-4, 1, log=True),
    "integer": IntDistribution(2, 11),
    "logarithmic_integer": IntDistribution(1, 200, log=True),
    "category": CategoricalDistribution(["a", "b", "c"]),
}
parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
generator = np.random.default_rng(7)


def points(count):
    return {
        "uniform": generator.uniform(-2, 3, count), "logarithmic": np.exp(generator.uniform(math.log(1e-4), 0, count)),
        "integer": generator.integers(2, 12, count).astype(float),
        "logarithmic_integer": np.round(np.exp(generator.uniform(0, math.log(200), count))),
        "category": generator.integers(0, 3, count).astype(float),
    }


densities = []
for count in (0, 1, 2, 7, 40):
    observations, asked = points(count), points(6)
    density = _ParzenEstimator(observations, space, parameters).log_pdf(asked)
    order = list(space)
    densities.append({
        "observations": [[float(observations[name][i]) for name in order] for i in range(count)],
        "points": [[float(asked[name][i]) for name in order] for i in range(6)],
        "log_density": [float(value) for value in density],
    })

# Test functions, and the best value after so many trials, seed by seed.
TRIALS, SEEDS = 60, 100


def sphere(trial):
    return sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(3))


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    return (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def rosenbrock(trial):
    x, y = trial.suggest_float("x", -2, 2), trial.suggest_float("y", -1, 3)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def mixed(trial):
    kind = trial.suggest_categorical("kind", ["a", "b", "c", "d"])
    n, rate = trial.suggest_int("n", 1, 20), trial.suggest_float("rate", 1e-6, 1, log=True)
    return {"a": 0.0, "b": 0.3, "c": 1.0, "d": 0.6}[kind] + ((n - 13) / 5) ** 2 + (math.log10(rate) + 3) ** 2


def best(function, sampler):
    study = optuna.create_study(sampler=sampler)
    study.optimize(function, n_trials=TRIALS)
    return study.best_value


functions = {}
for function in (sphere, branin, rosenbrock, mixed):
    found = [best(function, optuna.samplers.TPESampler(seed=seed)) for seed in range(SEEDS)]
    drawn = [best(function, optuna.samplers.RandomSampler(seed=seed)) for seed in range(SEEDS)]
    functions[function.__name__] = {
        "tpe": [float(np.quantile(found, share)) for share in (0.25, 0.5, 0.75)],
        "random": [float(np.quantile(drawn, share)) for share in (0.25, 0.5, 0.75)],
    }
    print(function.__name__, functions[function.__name__], flush=True)
(folder / "tpe.json").write_text(json.dumps({
    "optuna": optuna.__version__, "trials": TRIALS, "seeds": SEEDS, "densities": densities, "functions": functions,
}) + "\n")
