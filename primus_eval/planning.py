"""How small an effect a trial of this size could have found: a question of design, not of results.

A minimum detectable effect follows from the sizes of the arms, an assumed risk, a level and a
power. Computed from observed results it would say nothing new, so the inputs come from the protocol
and the report says when they were assumed.
"""

from __future__ import annotations

from math import inf, sqrt

from scipy.optimize import brentq
from scipy.special import ndtri

from primus_eval.findings import Exhibit
from primus_eval.protocol import Protocol


def people_per_arm(
    risk_treatment: float, risk_control: float, *, ratio: float = 1.0, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return how many people the treatment arm needs to find a difference between two risks.

    ratio: people in the control arm for each one in the treatment arm. Two-sided normal test with
    the pooled variance under no difference and the unpooled one otherwise.
    Source: Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, equation 4.14
    without continuity correction. Checked: tests/test_planning.py.

    >>> round(people_per_arm(0.2, 0.3), 2)
    293.15
    """
    _require_sensible(risk_treatment, risk_control, ratio=ratio, alpha=alpha, power=power)
    pooled = (risk_treatment + ratio * risk_control) / (1 + ratio)
    under_null = sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
    otherwise = sqrt(risk_treatment * (1 - risk_treatment) + risk_control * (1 - risk_control) / ratio)
    quantiles = float(ndtri(1 - alpha / 2)) * under_null + float(ndtri(power)) * otherwise
    return (quantiles / (risk_treatment - risk_control)) ** 2


def _require_sensible(
    risk_treatment: float, risk_control: float, *, ratio: float, alpha: float, power: float
) -> None:
    if not (0 <= risk_treatment <= 1 and 0 <= risk_control <= 1):
        raise ValueError("a risk lies between 0 and 1")
    if risk_treatment == risk_control:
        raise ValueError("the two risks are equal: no number of people finds no difference")
    if not 0 < ratio < inf:
        raise ValueError("ratio is a number above 0")
    if not (0 < alpha < 1 and alpha / 2 < power < 1):
        raise ValueError("alpha lies between 0 and 1, and power between alpha / 2 and 1")


def detectable_risk(
    risk_control: float, *, n_treatment: int, n_control: int, alpha: float, power: float, lower: bool = True
) -> float | None:
    """Return the risk in the treatment arm that this trial would find with the given power.

    lower: look below the control risk, else above. None where not even a risk of 0 (or 1) would do.
    Inverts `people_per_arm`. Checked: tests/test_planning.py.
    """
    ratio = n_control / n_treatment

    def shortfall(risk: float) -> float:
        needed = people_per_arm(risk, risk_control, ratio=ratio, alpha=alpha, power=power)
        return needed - n_treatment

    edge = 0.0 if lower else 1.0
    if shortfall(edge) > 0:
        return None
    step = 1e-6 * min(risk_control, 1 - risk_control)  # so small that no trial could tell the two apart
    near = risk_control - step if lower else risk_control + step
    return float(brentq(shortfall, min(edge, near), max(edge, near), xtol=1e-12))


def minimum_detectable_effect(protocol: Protocol, *, n_treatment: int, n_control: int) -> Exhibit | None:
    """Return the smallest difference in risk this trial would find, from the inputs in [planning].

    None where nothing was planned, and where whole clusters were allotted: people of one cluster are alike,
    so that as many people say less, by how much nobody has declared.
    """
    planning = protocol.planning
    if planning is None or not n_treatment or not n_control:
        return None
    if protocol.design.allocation.scheme == "cluster":
        return None
    better = protocol.outcome_of(protocol.primary.outcome).better
    risk = detectable_risk(
        planning.control_risk,
        n_treatment=n_treatment,
        n_control=n_control,
        alpha=planning.alpha,
        power=planning.power,
        lower=better == "lower",
    )
    difference = None if risk is None else risk - planning.control_risk
    return Exhibit(
        id="minimum_detectable",
        kind="detectable",
        columns=(
            "control_risk",
            "treatment_risk",
            "difference",
            "power",
            "alpha",
            "n_treatment",
            "n_control",
        ),
        rows=(
            (
                planning.control_risk,
                risk,
                difference,
                planning.power,
                planning.alpha,
                n_treatment,
                n_control,
            ),
        ),
        count_columns=("n_treatment", "n_control"),
        outcome=protocol.primary.outcome,
        population=protocol.primary.population,
        notes={"assumed": planning.assumed, "source": planning.source["en"]},
    )
