"""Scores at a wave, and weeks with a code of a register: adjusted differences of means.

Adjusted is always for the score before, where there is one. People without a score at the wave are missing;
those in custody are not, and those who died have no score that could be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.covariates import FEWEST_MISSING, covariates, groups
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.findings import Cell, Exhibit, Finding, Findings
from primus_eval.measurement import Measurement
from primus_eval.measurement.scales import after_baseline, waves_present
from primus_eval.numerics.ancova import adjusted_mean_difference
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.holm import holm
from primus_eval.numerics.mixed_model import MixedModel, difference_at, mixed_model
from primus_eval.protocol import Analysis, Protocol
from primus_eval.vocabulary import Reason, Unit

COMPLETE = (
    "People without a score at this wave were left out; the result holds for everyone alive only if they "
    "would have scored like people of their arm who are alike in what was adjusted for."
)
WAVES_TOGETHER = (
    "Everyone with a score at some wave counts. Scores that are missing may depend on the arm, on what was "
    "adjusted for and on scores at other waves, and not on what they would have been."
)
ALIVE = "Whoever died before the wave has no score, and none was made up: the result is about those alive."
OUT_OF_CUSTODY = "Weeks in custody, after death or after leaving the country count as weeks without a code."
AT_LIBERTY_ONLY = "Only people who were assessed out of custody count, so that the arms need not be alike."

Measured = Mapping[tuple[str, str], Measurement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """People with their arm and what is adjusted for, or why that cannot be used.

    kept: bool, one per person analysed. design: of these, the arm first, shape (n_kept, p).
    """

    kept: np.ndarray
    design: np.ndarray
    reason: Reason | None
    warnings: tuple[str, ...]


def ancova(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Compare mean scores at the wave of comparison, or mean weeks, by one linear regression."""
    adjusted = adjusted_for(measurement, analysis, among=~np.isnan(measurement.score))
    effect = _or_reason(adjusted)
    if effect is None:
        score = measurement.score[adjusted.kept]
        effect = adjusted_mean_difference(score, adjusted.design, conf_level=analysis.conf_level)
    missing = COMPLETE if measurement.outcome.scale is not None else OUT_OF_CUSTODY
    return (_estimate(measurement, adjusted, effect, "numerics.ancova", missing),)


def mixed(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Compare mean scores at the wave of comparison in one model of all waves after baseline."""
    adjusted, fit = fit_of_waves(measurement, analysis)
    scale = measurement.outcome.scale
    assert scale is not None  # a protocol that asks it of weeks is refused
    fitted = waves_fitted(measurement)
    if not isinstance(fit, MixedModel) or scale.wave not in fitted:
        effect = not_estimable("wave_not_there" if isinstance(fit, MixedModel) else fit)
    else:
        effect = difference_at(fit, fitted.index(scale.wave), conf_level=analysis.conf_level)
    return (_estimate(measurement, adjusted, effect, "numerics.mixed_model", WAVES_TOGETHER),)


def fit_of_waves(measurement: Measurement, analysis: Analysis) -> tuple[Adjusted, MixedModel | Reason]:
    """Fit the model of all waves of which there is a score; who has one at any of them counts."""
    scale = measurement.outcome.scale
    assert scale is not None
    repeated = measurement.repeated
    among = np.zeros(len(measurement.frame), dtype=bool)
    among[repeated["row"].to_numpy(dtype=np.int64)] = True
    adjusted = adjusted_for(measurement, analysis, among=among)
    reason = _problem(adjusted)
    if reason is not None:
        return adjusted, reason
    row_of = np.full(len(among), -1)
    row_of[adjusted.kept] = np.arange(int(adjusted.kept.sum()))
    row = row_of[repeated["row"].to_numpy(dtype=np.int64)]
    used = row >= 0
    fitted = waves_fitted(measurement)
    wave = np.searchsorted(fitted, repeated["wave"].to_numpy(dtype=np.int64))
    if len(np.unique(wave[used])) < len(fitted):
        return adjusted, "too_few_people"  # at some wave only people who are left out for what they lack
    score = repeated["score"].to_numpy(dtype=float)
    return adjusted, mixed_model(row[used], wave[used], score[used], adjusted.design)


def waves_fitted(measurement: Measurement) -> list[int]:
    """Return the waves after baseline at which somebody analysed has a score, in order."""
    scale = measurement.outcome.scale
    assert scale is not None
    there = set(measurement.repeated["wave"].to_numpy(dtype=np.int64).tolist())
    return [wave for wave in after_baseline(scale) if wave in there]


def adjusted_for(measurement: Measurement, analysis: Analysis, *, among: np.ndarray) -> Adjusted:
    """Put the arm, the score before, covariates and strata in a design, for the people in `among`.

    A missing score before is treated as the analysis says of missing covariates.
    """
    before = score_before(measurement)
    if before is not None and analysis.missing_covariates == "complete_cases":
        among = among & ~np.isnan(before)
    adjusting = covariates(measurement, analysis, among=among)
    kept = adjusting.kept
    columns = [measurement.treated[kept].astype(float)]
    if before is not None:
        columns += baseline_columns(before[kept])
    columns += list(adjusting.matrix.T)
    strata = groups(measurement, analysis.strata)
    if strata is not None:
        inside = strata[kept]
        columns += [(inside == code).astype(float) for code in np.unique(inside)[1:]]
    return Adjusted(
        kept=kept,
        design=np.column_stack(columns),
        reason=adjusting.reason,
        warnings=adjusting.warnings,
    )


def lacks_wave(measurement: Measurement) -> bool:
    """Whether an outcome is a score of which the delivery holds none at the wave of comparison.

    Nothing is compared then, also where a rule gives a score to those in custody.
    Checked: tests/test_scales_estimated.py.
    """
    scale = measurement.outcome.scale
    return scale is not None and scale.wave not in waves_present(measurement.trial, scale)


def score_before(measurement: Measurement) -> np.ndarray | None:
    """Return the score before of each person, NaN where missing; None where nobody has one."""
    if "baseline_score" not in measurement.frame:
        return None
    before = measurement.frame["baseline_score"].to_numpy(dtype=float)
    return None if np.isnan(before).all() else before


def baseline_columns(before: np.ndarray) -> list[np.ndarray]:
    """Return the score before with missing ones at the mean, and an indicator where enough are missing.

    None of them where nobody has a score, or all have the same.
    """
    missing = np.isnan(before)
    if missing.all() or np.ptp(before[~missing]) == 0:
        return []
    filled = np.where(missing, before[~missing].mean(), before)
    return [filled, missing.astype(float)] if missing.sum() >= FEWEST_MISSING else [filled]


def _problem(adjusted: Adjusted) -> Reason | None:
    arm = adjusted.design[:, 0]
    if not len(arm) or arm.all() or not arm.any():
        return "one_arm_empty"
    return adjusted.reason


def _or_reason(adjusted: Adjusted) -> Effect | None:
    reason = _problem(adjusted)
    return None if reason is None else not_estimable(reason)


def _estimate(
    measurement: Measurement, adjusted: Adjusted, effect: Effect, module: str, missing: str
) -> Estimate:
    scale, kept = measurement.outcome.scale, adjusted.kept
    at_liberty_only = scale is not None and "custody" not in scale.places
    unit: Unit = "weeks" if scale is None else "points"
    return Estimate(
        effect=effect,
        unit=unit,
        counts=counts_of(measurement.treated[kept], measurement.event[kept]),
        engine=own_engine(module),
        warnings=(
            *adjusted.warnings,
            missing,
            *((ALIVE,) if scale is not None else ()),
            *((AT_LIBERTY_ONLY,) if at_liberty_only else ()),
        ),
        conditional=True if at_liberty_only else None,
    )


def model_exhibits(protocol: Protocol, measured: Measured) -> list[Exhibit]:
    """Give the difference at every wave of each analysis by a model of all waves."""
    found = []
    for analysis in protocol.analysis:
        measurement = measured.get((analysis.outcome, analysis.population))
        if analysis.method == "mixed_model" and measurement is not None:
            found += _of_each_wave(measurement, analysis)
    return found


def _of_each_wave(measurement: Measurement, analysis: Analysis) -> list[Exhibit]:
    scale = measurement.outcome.scale
    if scale is None:
        return []
    _, fit = fit_of_waves(measurement, analysis)
    if not isinstance(fit, MixedModel):
        return []
    rows: list[tuple[Cell, ...]] = []
    for column, wave in enumerate(waves_fitted(measurement)):
        effect = difference_at(fit, column, conf_level=analysis.conf_level)
        rows.append((wave, effect.estimate, effect.conf_low, effect.conf_high, effect.df))
    return [
        Exhibit(
            id=f"scale_model/{analysis.id}",
            kind="scale_model",
            columns=("wave", "estimate", "conf_low", "conf_high", "df"),
            rows=tuple(rows),
            outcome=measurement.outcome.id,
            population=measurement.population,
            notes={"analysis": analysis.id, "conf_level": analysis.conf_level},
        )
    ]


def holm_exhibits(protocol: Protocol, found: Findings) -> list[Exhibit]:
    """Adjust the p-values of the family that the plan declares; nothing where it declares none.

    The p-value of an analysis is that of its first finding. Members without one, because they could not be
    estimated or have no test, stay members. The findings keep their own p-values.
    """
    declared = protocol.multiplicity
    if declared is None or not declared.family:
        return []
    p_values = [_p_value(found.of_analysis(name)) for name in declared.family]
    return [
        Exhibit(
            id="holm",
            kind="holm",
            columns=("analysis", "p_value", "adjusted"),
            rows=tuple(zip(declared.family, p_values, holm(p_values), strict=True)),
            notes={"primary_secondary": declared.primary_secondary},
        )
    ]


def _p_value(rows: tuple[Finding, ...]) -> float | None:
    return rows[0].p_value if rows else None


SCALES: dict[tuple[str, str], Estimator] = {
    ("mean_difference", "ancova"): ancova,
    ("mean_difference", "mixed_model"): mixed,
}
