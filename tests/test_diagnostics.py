"""Proportional hazards and influence as exhibits: R's figures, brute force, and no person in them."""

from __future__ import annotations

import numpy as np
import pytest

from primus_eval.estimators import method_of
from primus_eval.estimators.diagnostics import diagnostics
from primus_eval.findings import Exhibit
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.numerics.cox import CoxFit, cox

MARYLAND = load_trial("data/sample/maryland/protocol.toml")


def of(analysis: str) -> tuple[Exhibit, ...]:
    declared = MARYLAND.protocol.analysis_of(analysis)
    measurement = measure(MARYLAND, declared.outcome, population=declared.population)
    return diagnostics(measurement, declared, method_of(declared, MARYLAND.protocol))


def log_ratio(kept: np.ndarray) -> float:
    measurement = measure(MARYLAND, "rearrest_52w")
    fit = cox(
        measurement.treated[kept, None].astype(float), measurement.time_days[kept], measurement.event[kept]
    )
    assert isinstance(fit, CoxFit)
    return float(fit.coef[0])


def test_proportional_hazards_as_r_prints_them() -> None:
    """R survival 3.5-3, cox.zph(coxph(Surv(week, arrest) ~ fin + ... + prio, Rossi)), as it prints them."""
    rows = {row["term"]: row for row in of("time_to_arrest_adjusted")[0].records()}
    printed = {"age": (5.97, 0.015), "wexp": (4.22, 0.040), "race": (2.07, 0.150), "overall": (17.69, 0.013)}
    for term, (chi_square, p_value) in printed.items():
        assert rows[term]["chi_square"] == pytest.approx(chi_square, abs=0.005)
        assert rows[term]["p_value"] == pytest.approx(p_value, abs=0.0005)
    assert (rows["overall"]["df"], rows["age"]["df"]) == (7, 1)


def test_the_number_of_people_who_turn_the_ratio_does_and_one_fewer_does_not() -> None:
    influence = of("time_to_arrest")[1]
    n = influence.notes["fewest_to_turn"]
    assert isinstance(n, int)
    everyone = np.ones(432, dtype=bool)
    whole = log_ratio(everyone)
    alone = []
    for person in range(432):
        kept = everyone.copy()
        kept[person] = False
        alone.append(whole - log_ratio(kept))  # the fit without each person, instead of its first order
    order = np.argsort(-np.array(alone) * np.sign(whole), kind="stable")
    for left_out, turns in ((n, True), (n - 1, False)):
        kept = everyone.copy()
        kept[order[:left_out]] = False
        assert (log_ratio(kept) * whole <= 0) == turns


def test_who_moves_the_ratio_is_counted_by_fitting_without_each_person() -> None:
    """To first order people move it nearly as the fit without them does; two at most lie on the line."""
    everyone = np.ones(432, dtype=bool)
    whole = log_ratio(everyone)
    moved = []
    for person in range(432):
        kept = everyone.copy()
        kept[person] = False
        moved.append(abs(whole - log_ratio(kept)))
    measurement = measure(MARYLAND, "rearrest_52w")
    fit = cox(measurement.treated[:, None].astype(float), measurement.time_days, measurement.event)
    assert isinstance(fit, CoxFit)
    moves = np.array(moved) > 2 / 432**0.5 * np.sqrt(fit.covariance_model[0, 0])
    counted = {row["arm"]: row["moving"] for row in of("time_to_arrest")[1].records()}
    treated = measurement.treated
    assert counted["treatment"] == pytest.approx((moves & treated).sum(), abs=2)
    assert counted["control"] == pytest.approx((moves & ~treated).sum(), abs=2)


def test_no_row_is_a_person() -> None:
    for analysis in ("time_to_arrest", "time_to_arrest_adjusted"):
        proportional, influence = of(analysis)
        assert "arm" in influence.columns and len(influence.rows) == 2
        assert all(row["df"] in (1, 7) for row in proportional.records())


def test_other_methods_have_none() -> None:
    assert of("primary") == ()
