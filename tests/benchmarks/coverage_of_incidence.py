"""Simulate how often intervals for a difference of cumulative incidences cover the truth.

    python tests/benchmarks/coverage_of_incidence.py

writes coverage_of_incidence.md. The interval of `incidence_difference`, put together from those of both
arms, beside the normal one with the variances added, on the same trials: constant rates of the event and of
a competing event, some people censored early, horizon 365 days. Seeded, so that it gives the same again.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from primus_eval.numerics.cumulative_incidence import incidence_difference
from primus_eval.numerics.effect import normal_quantile

HERE = Path(__file__).parent
HORIZON, TRIALS, LEVEL = 365, 4000, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Mean days to the event in treatment and control, to a competing event, to being lost from sight."""

    treatment: float
    control: float
    competing: float
    censored: float


SCENARIOS = {
    "common": Scenario(treatment=600, control=400, competing=500, censored=700),
    "rare": Scenario(treatment=2500, control=1800, competing=1500, censored=700),
    "frequent": Scenario(treatment=200, control=140, competing=900, censored=1500),
    "equal, few compete": Scenario(treatment=500, control=500, competing=5000, censored=600),
}


def risk(days: float, competing: float) -> float:
    either = 1 / days + 1 / competing
    return float(1 / days / either * (1 - np.exp(-either * HORIZON)))


def trial(rng: np.random.Generator, scenario: Scenario, per_arm: int) -> tuple[np.ndarray, ...]:
    treated = np.repeat([True, False], per_arm)
    event = rng.exponential(np.where(treated, scenario.treatment, scenario.control))
    dies, left = (
        rng.exponential(scenario.competing, 2 * per_arm),
        rng.exponential(scenario.censored, 2 * per_arm),
    )
    first = np.minimum(np.minimum(np.minimum(event, dies), left), 2 * HORIZON)
    return np.ceil(first), first == event, first == dies, treated


def row(name: str, scenario: Scenario, per_arm: int) -> str:
    rng = np.random.Generator(np.random.Philox(key=[7, per_arm]))
    truth = risk(scenario.treatment, scenario.competing) - risk(scenario.control, scenario.competing)
    z, covered, by_normal, width, width_normal = normal_quantile(LEVEL), [], [], [], []
    for _ in range(TRIALS):
        found = incidence_difference(*trial(rng, scenario, per_arm), horizon_days=HORIZON, conf_level=LEVEL)
        if found.conf_low is None:
            continue
        covered.append(found.conf_low <= truth <= found.conf_high)
        by_normal.append(abs(found.estimate - truth) <= z * found.std_error)
        width.append(found.conf_high - found.conf_low)
        width_normal.append(2 * z * found.std_error)
    cells = (
        name,
        per_arm,
        f"{len(covered) / TRIALS:.1%}",
        f"{np.mean(covered):.4f}",
        f"{np.mean(by_normal):.4f}",
        f"{np.mean(width):.3f}",
        f"{np.mean(width_normal):.3f}",
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main() -> None:
    rows = [row(name, scenario, n) for name, scenario in SCENARIOS.items() for n in (20, 50, 200)]
    lines = [
        "# Coverage of the difference of cumulative incidences",
        "",
        f"Written by coverage_of_incidence.py: {TRIALS} simulated trials a row, intervals of {LEVEL:.0%}.",
        f"The Monte-Carlo error of a coverage is {sqrt(LEVEL * (1 - LEVEL) / TRIALS):.4f}. Ours is put",
        "together from the intervals of both arms; normal adds their variances. Trials in which nobody, or",
        "everybody, in an arm had the event have neither.",
        "",
        "| events | people per arm | with interval | covered, ours | normal | width, ours | normal |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    (HERE / "coverage_of_incidence.md").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
