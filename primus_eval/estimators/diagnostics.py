"""Whether a Cox model can be believed: proportional hazards, and how much hangs on few people.

Both are exhibits, computed beside the findings and never instead of them: a test of proportional hazards is
no reason to choose another analysis after the fact, and influence is told by numbers of people, not persons.
"""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.competing import may_compete
from primus_eval.estimators.covariates import covariates, groups
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.cox import CoxModel, cox, fit_cox
from primus_eval.numerics.cox_residuals import influence
from primus_eval.numerics.inputs import Floats, Integers
from primus_eval.numerics.proportionality import Transform, proportionality
from primus_eval.protocol import Analysis

METHODS = ("cox", "cox_robust", "cox_cluster", "cox_standardised")
"""Methods that assume one hazard ratio throughout."""

ARM = 0
TRANSFORM: Transform = "km"
MOVES = 2.0
"""Somebody moves a coefficient who changes it by more than this over the square root of the number of people,
in standard errors (Belsley, Kuh & Welsch 1980, Regression Diagnostics, section 2.1)."""

LARGEST_SHARE_LEFT_OUT = 0.1
"""Beyond a tenth of all people nobody would call them few."""


def diagnostics(measurement: Measurement, analysis: Analysis, method: str) -> tuple[Exhibit, ...]:
    """Test proportional hazards and count influential people, for an analysis by a Cox model.

    Nothing for other methods, and where the model cannot be fitted, or does not answer.
    Checked: tests/test_diagnostics.py.
    """
    if method not in METHODS or (method == "cox_standardised" and may_compete(measurement)):
        return ()
    everyone = np.ones(len(measurement.frame), dtype=bool)
    adjusting = covariates(measurement, analysis, among=everyone)
    treated = measurement.treated[adjusting.kept]
    if adjusting.reason is not None or treated.all() or not treated.any():
        return ()
    strata = groups(measurement, analysis.strata)
    model = fit_cox(
        np.column_stack([treated.astype(float), adjusting.matrix]),
        measurement.time_days[adjusting.kept],
        measurement.event[adjusting.kept],
        strata=None if strata is None else strata[adjusting.kept],
    )
    if isinstance(model, str):
        return ()
    return (
        _proportionality(measurement, analysis, model, adjusting.names),
        _influence(measurement, analysis, model, treated),
    )


def _proportionality(
    measurement: Measurement, analysis: Analysis, model: CoxModel, names: tuple[str, ...]
) -> Exhibit:
    """Score tests of a constant ratio, for the arm, each covariate, and all at once."""
    test = proportionality(model, transform=TRANSFORM)
    rows: list[tuple[Cell, ...]] = [
        (term, effect.statistic, effect.df, effect.p_value)
        for term, effect in zip(("arm", *names), test.by_column, strict=True)
    ]
    if names:
        rows.append(("overall", test.overall.statistic, test.overall.df, test.overall.p_value))
    return Exhibit(
        id=f"proportionality/{analysis.id}",
        kind="proportionality",
        columns=("term", "chi_square", "df", "p_value"),
        rows=tuple(rows),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={"analysis": analysis.id, "transform": TRANSFORM},
    )


def _influence(measurement: Measurement, analysis: Analysis, model: CoxModel, treated: np.ndarray) -> Exhibit:
    """How many people of each arm move the log hazard ratio, and how few would turn its direction."""
    moved = influence(model)[:, ARM]
    std_error = float(np.sqrt(model.fit.covariance_model[ARM, ARM]))
    line = MOVES / float(np.sqrt(len(moved)))
    moves = np.abs(moved) > line * std_error
    rows: list[tuple[Cell, ...]] = [
        (role, int(arm.sum()), int((moves & arm).sum()))
        for role, arm in (("treatment", treated), ("control", ~treated))
    ]
    return Exhibit(
        id=f"influence/{analysis.id}",
        kind="influence",
        columns=("arm", "people", "moving"),
        rows=tuple(rows),
        count_columns=("people", "moving"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={
            "analysis": analysis.id,
            "moves": line,
            "fewest_to_turn": fewest_to_turn(model, moved),
            "most_tried": int(LARGEST_SHARE_LEFT_OUT * len(moved)),
        },
    )


def fewest_to_turn(model: CoxModel, moved: Floats) -> int | None:
    """Return how many people, the most influential first, must be left out for the ratio to cross one.

    An upper bound: some other choice of people might be smaller. None where even a tenth are not enough, or
    where there is no difference to begin with. Each number that is tried is a fit without those people.
    """
    towards = moved * np.sign(model.fit.coef[ARM])
    order: Integers = np.argsort(-towards, kind="stable")
    most = int(LARGEST_SHARE_LEFT_OUT * len(order))
    if not most or model.fit.coef[ARM] == 0 or not _turns(model, order[:most]):
        return None
    low, high = 0, most  # leaving out `low` does not turn it, `high` does
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _turns(model, order[:middle]) else (middle, high)
    return high


def _turns(model: CoxModel, left_out: Integers) -> bool:
    kept = np.ones(len(model.stop_days), dtype=bool)
    kept[left_out] = False
    design = model.problem.covariates[kept] * model.spread
    fit = cox(design, model.stop_days[kept], model.event[kept], strata=model.stratum[kept])
    return not isinstance(fit, str) and bool(fit.coef[ARM] * model.fit.coef[ARM] <= 0)
