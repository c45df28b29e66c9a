"""Writes the golden files beside it: worked numbers of small invented inputs.

Every number follows from its definition in docs/scoring.md or docs/calibration.md, in exact fractions wherever the definition allows it, and shares no code
with the product. Run it again after a change of a definition: python3 golden.py
"""

import json
import math
import pathlib
import statistics
from fractions import Fraction as F

HERE = pathlib.Path(__file__).parent
EXACT = {"abs": 1e-12, "rel": 1e-12}
REAL = {"abs": 1e-10, "rel": 1e-10}


def plain(value):
    if isinstance(value, F):
        return float(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def write(kind, case, inputs, expected, tolerance=EXACT, notes=None):
    folder = HERE / kind
    folder.mkdir(exist_ok=True)
    document = {"name": f"{kind}/{case}", "kind": kind, "inputs": plain(inputs), "expected": plain(expected), "tolerance": tolerance}
    if notes:
        document["notes"] = notes
    (folder / f"{case}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def decimals(*texts):
    return [F(t) for t in texts]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


# Rules for one forecast.

p, y = decimals("0.07", "0.35", "0.5", "0.92", "1"), [0, 1, 0, 1, 1]
one_sided = [(a - b) ** 2 for a, b in zip(p, y)]
write(
    "binary_brier",
    "golden_five",
    {"forecasts": p, "outcomes": y, "weights": [1, 2, 3, 4, 5]},
    {
        "per_forecast_0_1": one_sided,
        "per_forecast_0_2": [2 * b for b in one_sided],
        "mean_0_1": mean(one_sided),
        "mean_0_2": 2 * mean(one_sided),
        "quadratic_reward": 1 - 2 * mean(one_sided),
        "weighted_mean_0_1": sum(w * b for w, b in zip(range(1, 6), one_sided)) / 15,
    },
)

options, hit = decimals("0.1", "0.25", "0.6", "0.05"), 1
two_sided = sum((q - (i == hit)) ** 2 for i, q in enumerate(options))
write("multicategory_brier", "golden_four", {"forecast": options, "outcome_index": hit}, {"sum_0_2": two_sided, "half_0_1": two_sided / 2})
splits = [(sum(options[: k + 1]) - (hit <= k)) ** 2 for k in range(len(options) - 1)]
write(
    "ordered_brier",
    "golden_four",
    {"forecast": options, "outcome_index": hit},
    {"rps_sum": sum(splits), "half_0_1": mean(splits), "gjp_0_2": 2 * mean(splits)},
)
norm = math.sqrt(sum(q * q for q in options))
write(
    "spherical_score",
    "golden_four",
    {"forecast": options, "outcome_index": hit},
    {"reward": float(options[hit]) / norm, "loss": 1 - float(options[hit]) / norm},
)
inside = [(a, b) for a, b in zip(p, y) if a != 1]
nats = [-math.log(a if b else 1 - a) for a, b in inside]
write(
    "log_score",
    "golden_binary",
    {"forecasts": [a for a, _ in inside], "outcomes": [b for _, b in inside]},
    {"per_forecast_nats": nats, "mean_nats": mean(nats), "per_forecast_bits": [n / math.log(2) for n in nats], "mean_bits": mean(nats) / math.log(2)},
)


def uniform_crps(low, high, outcome):
    """The integral of (cdf(x) - 1{x >= outcome})^2 of a uniform distribution, in closed form."""
    outside = max(low - outcome, 0) + max(outcome - high, 0)
    at = min(max(outcome, low), high)
    return outside + ((at - low) ** 3 + (high - at) ** 3) / (3 * (high - low) ** 2)


for case, outcome in (("golden_inside", F("3.25")), ("golden_above", F(9))):
    write("crps", case, {"form": "uniform", "min": -2, "max": 6, "outcome": outcome}, {"crps": uniform_crps(F(-2), F(6), outcome)}, {"abs": 1e-8})


def pinball(quantile, level, outcome):
    return (outcome - quantile) * level if outcome >= quantile else (quantile - outcome) * (1 - level)


write("quantile_score", "golden_below", {"quantile": F("4.5"), "level": F("0.2"), "outcome": 2}, {"pinball": pinball(F("4.5"), F("0.2"), 2)})
write("quantile_score", "golden_above", {"quantile": F("4.5"), "level": F("0.2"), "outcome": 7}, {"pinball": pinball(F("4.5"), F("0.2"), 7)})

low, high, cover, outcome = F(10), F(20), F("0.8"), F(26)
write(
    "interval_score",
    "golden_above",
    {"lower": low, "upper": high, "coverage": cover, "outcome": outcome},
    {"interval_score": (high - low) + 2 / (1 - cover) * max(low - outcome, 0) + 2 / (1 - cover) * max(outcome - high, 0)},
)
levels, quantiles, outcome = decimals("0.1", "0.25", "0.5", "0.75", "0.9"), decimals("8", "11", "13", "16", "22"), F(17)
write(
    "wis",
    "golden_five",
    {"levels": levels, "quantiles": quantiles, "outcome": outcome},
    {"wis": mean(2 * pinball(q, a, outcome) for q, a in zip(quantiles, levels))},
)

# Scores over time.

days, close, stated = [1, 4, 6], 10, decimals("0.2", "0.6", "0.85")
lengths = [b - a for a, b in zip(days, days[1:] + [close])]
write(
    "time_averaged_brier",
    "golden_three_steps",
    {"forecast_days": days, "close_day": close, "p_yes": stated},
    {
        "if_yes_0_2": sum(2 * (q - 1) ** 2 * n for q, n in zip(stated, lengths)) / (close - days[0]),
        "if_no_0_2": sum(2 * q**2 * n for q, n in zip(stated, lengths)) / (close - days[0]),
    },
)
steps = [(F("0.3"), 2, 5), (F("0.8"), 5, 8)]
write(
    "metaculus_baseline",
    "golden_two_steps",
    {
        "forecasts": [{"type": "binary", "p_yes": q, "start_day": a, "end_day": b if b < 8 else None} for q, a, b in steps],
        "resolution_bucket": 1,
        "forecast_horizon_start_day": 0,
        "actual_close_day": 8,
        "forecast_horizon_end_day": 8,
        "question_type": "binary",
        "open_bounds_count": 0,
    },
    {"total_score": sum(100 * (1 + math.log2(q)) * (b - a) for q, a, b in steps) / 8},
    REAL,
)

# Calibration.

forecasts, outcomes = decimals("0.1", "0.1", "0.3", "0.3", "0.3", "0.7", "0.7", "0.9"), [0, 1, 0, 0, 1, 1, 0, 1]
base = F(sum(outcomes), len(outcomes))
groups = {q: [o for f, o in zip(forecasts, outcomes) if f == q] for q in sorted(set(forecasts))}
count = len(forecasts)
write(
    "murphy_decomposition",
    "golden_eight",
    {"forecasts": forecasts, "outcomes": outcomes, "bins": "distinct values"},
    {
        "brier": mean((f - o) ** 2 for f, o in zip(forecasts, outcomes)),
        "REL": sum(len(g) * (q - mean(map(F, g))) ** 2 for q, g in groups.items()) / count,
        "RES": sum(len(g) * (mean(map(F, g)) - base) ** 2 for g in groups.values()) / count,
        "UNC": base * (1 - base),
    },
)


def isotonic(values):
    """The least-squares fit that never falls, by the min-max formula of Robertson, Wright and Dykstra (1988)."""
    n = len(values)
    return [max(min(mean(map(F, values[a : b + 1])) for b in range(i, n)) for a in range(i + 1)) for i in range(n)]


heights = [3, 1, 2, 6, 4, 5, 9]
write("pav_isotonic", "golden_seven", {"x": list(range(7)), "y": heights}, {"fitted": isotonic(heights)})

pairs = [(F(a > b) + F(a == b, 2)) for a, o in zip(forecasts, outcomes) if o for b, q in zip(forecasts, outcomes) if not q]
write("auc", "golden_eight_with_ties", {"forecasts": forecasts, "outcomes": outcomes}, {"auc": mean(pairs)})

difference = sum((o - f) * (1 - 2 * f) for f, o in zip(forecasts, outcomes))
variance = sum((1 - 2 * f) ** 2 * f * (1 - f) for f in forecasts)
z = float(difference) / math.sqrt(variance)
write(
    "spiegelhalter",
    "golden_eight",
    {"forecasts": forecasts, "outcomes": outcomes},
    {"z": z, "p_two_sided": 2 * (1 - statistics.NormalDist().cdf(abs(z)))},
    {"abs": 1e-9, "rel": 1e-8},
)

successes, n, quantile = 7, 20, statistics.NormalDist().inv_cdf(0.975)
share, z2 = successes / n, quantile * quantile
centre, half = (share + z2 / (2 * n)) / (1 + z2 / n), quantile / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
write(
    "binomial_interval",
    "golden_seven_of_twenty",
    {"successes": successes, "n": n, "confidence": 0.95},
    {"wilson": [centre - half, centre + half]},
    {"abs": 1e-9},
)

score, cluster = decimals("0.1", "0.3", "0.2", "0.5", "0.4", "0.9"), ["a", "a", "b", "c", "c", "c"]
centred = [s - mean(score) for s in score]
totals = [sum(c for c, k in zip(centred, cluster) if k == name) for name in ("a", "b", "c")]
robust = math.sqrt(sum(t * t for t in totals)) / len(score)
write(
    "cluster_se",
    "golden_three_questions",
    {"score": score, "cluster": cluster},
    {"mean": mean(score), "se_CR0": robust, "se_CR1": robust * math.sqrt(3 / 2)},
    REAL,
)

values = decimals("0.012", "0.2", "0.03", "0.5", "0.04")
ranked = sorted(range(5), key=lambda i: values[i], reverse=True)
adjusted, least = [F(1)] * 5, F(1)
for rank, i in enumerate(ranked):
    least = min(least, values[i] * 5 / (5 - rank))
    adjusted[i] = least
write("multiple_testing", "golden_five", {"p": values}, {"BH": adjusted})
