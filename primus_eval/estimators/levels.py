"""How serious: one odds ratio of being at a worse level, and the odds ratio of each cut beside it."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

import numpy as np
from scipy.stats import rankdata

from primus_eval.estimators.amounts import Amounts, amounts
from primus_eval.estimators.covariates import Covariates, covariates
from primus_eval.estimators.result import Estimate, counts_of, own_engine
from primus_eval.estimators.scales import ALIVE, COMPLETE, baseline_columns, score_before
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import not_estimable
from primus_eval.numerics.ordinal import (
    BinaryLogits,
    binary_logits,
    brant_test,
    common_odds_ratio,
    cumulative_logit,
    odds_ratio_at,
)
from primus_eval.numerics.proportions import risk_difference_newcombe
from primus_eval.protocol import Analysis
from primus_eval.schema import Text, text_in
from primus_eval.vocabulary import Reason

ADJUSTED_BEFORE = "The score before was adjusted for, so that the odds ratio holds among people alike in it."
NOT_TESTED = (
    "Whether one odds ratio fits every cut could not be tested: at some cut, one side has no overlap."
)


def proportional_odds(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the common odds ratio of being at a worse level, treatment over control.

    With covariates it is conditional on them, and not comparable with the unadjusted one.
    """
    levels = _levels(measurement, analysis)
    scale = measurement.outcome.scale
    warnings: tuple[str, ...] = ()
    if levels.reason:
        effect = not_estimable(levels.reason)
    else:
        fit = cumulative_logit(levels.worse, levels.design)
        effect = common_odds_ratio(fit, 0, conf_level=analysis.conf_level)
        warnings = _about_proportionality(levels) if effect.estimate is not None else ()
    kept = levels.adjusting.kept
    return (
        Estimate(
            effect=effect,
            unit="ratio",
            counts=counts_of(measurement.treated[kept], measurement.event[kept]),
            engine=own_engine("numerics.ordinal"),
            warnings=(*levels.found.warnings, *levels.adjusting.warnings, *warnings),
            conditional=True if scale is not None and "custody" not in scale.places else None,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Levels:
    """Levels of the people in `adjusting.kept`, with the arm and covariates; or why they cannot be compared.

    on_scale: 0 for the lowest level of the protocol, 1 for the next ...; worse: the same, or with its sign
    turned, so that higher is worse. design: the arm first.
    """

    on_scale: np.ndarray
    worse: np.ndarray
    treated: np.ndarray
    design: np.ndarray
    found: Amounts
    adjusting: Covariates
    reason: Reason | None


def _levels(measurement: Measurement, analysis: Analysis) -> _Levels:
    asked = order_of(measurement, analysis)
    found = _found(measurement, analysis)
    adjusting = covariates(measurement, analysis, among=found.usable)
    treated = measurement.treated[adjusting.kept]
    on_scale = np.searchsorted(asked.cuts, found.values[adjusting.kept], side="right")
    one_arm: Reason | None = "one_arm_empty" if treated.all() or not treated.any() else None
    return _Levels(
        on_scale=on_scale,
        worse=on_scale if asked.worse == "higher" else -on_scale,
        treated=treated,
        design=np.column_stack(
            [treated.astype(float), *_before(measurement, adjusting.kept), adjusting.matrix]
        ),
        found=found,
        adjusting=adjusting,
        reason=found.reason or one_arm or adjusting.reason,
    )


def _about_proportionality(levels: _Levels) -> tuple[str, ...]:
    if len(np.unique(levels.worse)) < 3:
        return ()
    test = brant_test(binary_logits(levels.worse, levels.design), (0,))
    if test.statistic is None or test.p_value is None:
        return (NOT_TESTED,)
    degrees = "1 degree" if test.df == 1 else f"{test.df:.0f} degrees"
    p_value = "is below 0.0001" if test.p_value < 1e-4 else f"= {two_digits(test.p_value)}"
    return (
        f"Test of one odds ratio for every cut (Brant): chi-square {two_digits(test.statistic)} on "
        f"{degrees} of freedom, p {p_value}. A large p does not show that one fits.",
    )


def two_digits(number: float) -> str:
    """Write a number that is not negative with two significant digits: with more it could tell of people."""
    if number == 0:
        return "0"
    rounded = float(f"{number:.1e}")
    return f"{rounded:.{max(1 - floor(log10(rounded)), 0)}f}"


def proportional_odds_exhibit(measurement: Measurement, analysis: Analysis) -> Exhibit | None:
    """Give the odds ratio of being beyond each cut by itself, beside which the common one can be judged.

    A row for each cut between levels that occur: the quantity at which it lies, the levels on either side,
    people of each arm on its worse side, the odds ratio (treatment over control) of being there, adjusted as
    the common one is, and the plain difference in risk with Newcombe's interval. None where the levels cannot
    be compared at all. Its notes have the share of pairs, one of each arm, in which the person assigned to
    treatment is at the worse level, ties as halves.
    """
    asked, levels = order_of(measurement, analysis), _levels(measurement, analysis)
    fits = "too_few_levels" if levels.reason else binary_logits(levels.worse, levels.design)
    if not isinstance(fits, BinaryLogits):
        return None
    present = np.unique(levels.worse)
    rows: list[tuple[Cell, ...]] = []
    for cut, (_, first) in enumerate(zip(present[:-1], present[1:], strict=True)):
        beyond = levels.worse >= first
        effect = odds_ratio_at(fits, cut, 0, conf_level=analysis.conf_level)
        sides = levels.on_scale[beyond], levels.on_scale[~beyond]
        lower, upper = sorted(sides, key=lambda side: int(side.min()))
        table = counts_of(levels.treated, beyond)
        risk = risk_difference_newcombe(table, conf_level=analysis.conf_level)
        rows.append(
            (
                float(asked.cuts[int(upper.min()) - 1]),
                text_in(asked.labels[int(lower.max())], "en"),
                text_in(asked.labels[int(upper.min())], "en"),
                table.events_treatment,
                table.events_control,
                effect.estimate,
                effect.conf_low,
                effect.conf_high,
                risk.estimate,
                risk.conf_low,
                risk.conf_high,
            )
        )
    return Exhibit(
        id=f"proportional_odds/{analysis.id}/{measurement.population}",
        kind="proportional_odds",
        columns=(
            "cut",
            "label_below",
            "label_above",
            "worse_treatment",
            "worse_control",
            "odds_ratio",
            "conf_low",
            "conf_high",
            "risk_difference",
            "risk_low",
            "risk_high",
        ),
        rows=tuple(rows),
        count_columns=("worse_treatment", "worse_control"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={
            "analysis": analysis.id,
            "conf_level": analysis.conf_level,
            "worse": asked.worse,
            "pairs_worse": _pairs_worse(levels.worse, levels.treated),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Levels in order: where each but the lowest begins, what they are called, and which end is worse."""

    cuts: tuple[float, ...]
    labels: tuple[Text, ...]
    worse: str


def order_of(measurement: Measurement, analysis: Analysis) -> Order:
    """Return the levels that an analysis names, or those of its scale, with custody where that is one."""
    scale = measurement.outcome.scale
    if scale is not None:
        named = {float(score): label for score, label in scale.levels.items()}
        if scale.custody is not None:
            named.setdefault(scale.custody.score, scale.custody.label)
        scores = sorted(named)
        return Order(
            cuts=tuple(scores[1:]),
            labels=tuple(named[score] for score in scores),
            worse="lower" if measurement.outcome.better == "higher" else "higher",
        )
    if analysis.seriousness is None:
        raise ValueError("an analysis of levels names its seriousness")
    asked = analysis.seriousness
    return Order(cuts=asked.cuts, labels=asked.labels, worse=asked.worse)


def levels_of_scale(measurement: Measurement, analysis: Analysis) -> list[Exhibit]:
    """Count the people of each arm at or beyond each level of a scale: `release` needs it, and it stays."""
    if measurement.outcome.scale is None:
        return []
    score = measurement.score
    arms = {"treatment": measurement.treated, "control": ~measurement.treated}
    rows: list[tuple[Cell, ...]] = [
        (role, cut, int((arm & ~np.isnan(score)).sum()), int((arm & (score >= cut)).sum()))
        for role, arm in arms.items()
        for cut in order_of(measurement, analysis).cuts
    ]
    return [
        Exhibit(
            id=f"levels/{analysis.id}",
            kind="levels",
            columns=("arm", "cut", "people", "beyond"),
            rows=tuple(rows),
            count_columns=("people", "beyond"),
            outcome=measurement.outcome.id,
            population=measurement.population,
            notes={"analysis": analysis.id, "quantity": "score", "nested": False, "others": False},
        )
    ]


def _found(measurement: Measurement, analysis: Analysis) -> Amounts:
    """Return what is cut into levels, and of whom it is known."""
    if measurement.outcome.scale is not None:
        score = measurement.score
        usable = ~np.isnan(score)
        return Amounts(
            values=np.where(usable, score, 0.0), usable=usable, warnings=(COMPLETE, ALIVE, ADJUSTED_BEFORE)
        )
    if analysis.seriousness is None:
        raise ValueError("an analysis of levels names its seriousness")
    return amounts(measurement, analysis, analysis.seriousness.quantity)


def _before(measurement: Measurement, kept: np.ndarray) -> list[np.ndarray]:
    """Return the score before of a scale, as columns to adjust for; none for levels of seriousness."""
    before = score_before(measurement)
    return [] if before is None else baseline_columns(before[kept])


def _pairs_worse(worse: np.ndarray, treated: np.ndarray) -> float:
    """Return the share of pairs in which the treated person is at the worse level, ties as halves.

    Source: Mann & Whitney 1947, Annals of Mathematical Statistics 18:50-60.
    """
    ranks = rankdata(worse)[treated]
    n, m = len(ranks), int((~treated).sum())
    return float((ranks.sum() - n * (n + 1) / 2) / (n * m))
