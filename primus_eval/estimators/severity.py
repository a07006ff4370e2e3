"""How much, how serious, who came off better: contrasts of what people came to over the window.

Means of sums (events, harm, days in custody) and their difference, in one part or two, are here; one odds
ratio for levels of seriousness in `levels`, and the win ratio in `wins`. Zero is an answer: everybody
randomised is in the comparison, not only those who reoffended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from primus_eval.estimators.amounts import Amounts, amounts, unit_of
from primus_eval.estimators.covariates import covariates
from primus_eval.estimators.levels import proportional_odds
from primus_eval.estimators.resampling import Drawing, drawing
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.estimators.wins import wins
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.mean_difference import bootstrap_mean, bootstrap_mean_difference
from primus_eval.numerics.two_part import TwoPart, two_part
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Quantity, Reason, Unit

LESS_PRECISE = 1.05
"""Adjusted over unadjusted standard error from which on it is said: a covariate that tells nothing costs a
little, and both come from draws."""

IMPRECISE = "Adjusting made this less precise, which suggests that the model does not fit."
SOME_FAILED = "In some draws a part could not be estimated; they were left out."
AMONG = (
    "Among people who came to any, who were chosen by what happened after randomisation: a description, not "
    "an effect of the programme."
)


def mean_difference(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate by how much the mean of a quantity differs between the arms, by the bootstrap."""
    quantity = _quantity(analysis)
    found = amounts(measurement, analysis, quantity)
    used = found.usable
    drawn = drawing(measurement, analysis, used)
    effect = _or_reason(
        found,
        lambda: bootstrap_mean_difference(
            found.values[used],
            measurement.treated[used],
            stream=drawn.stream,
            conf_level=analysis.conf_level,
            strata=drawn.strata,
        ),
    )
    return (_estimate(measurement, effect, unit_of(quantity), found, "numerics.mean_difference", drawn),)


def means(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the mean of a quantity in each arm, by the bootstrap."""
    quantity = _quantity(analysis)
    found = amounts(measurement, analysis, quantity)
    drawn = drawing(measurement, analysis, found.usable)
    estimates = []
    for term, in_arm in (("treatment", measurement.treated), ("control", ~measurement.treated)):
        used = found.usable & in_arm

        def formula(used: np.ndarray = used) -> Effect:
            if not used.any():
                return not_estimable("one_arm_empty")
            return bootstrap_mean(
                found.values[used],
                stream=drawn.stream,
                conf_level=analysis.conf_level,
                strata=None if drawn.strata is None else drawn.strata[used[found.usable]],
            )

        effect = _or_reason(found, formula)
        module = "numerics.mean_difference"
        estimates.append(_estimate(measurement, effect, unit_of(quantity), found, module, drawn, term=term))
    return tuple(estimates)


def mean_difference_in_two_parts(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the difference of means through the chance of any and the amount among those with any.

    The second and third estimate are the parts: term `any`, a risk difference, and `among_those_with_any`,
    which compares people chosen by what happened later.
    """
    quantity = _quantity(analysis)
    found = amounts(measurement, analysis, quantity)
    adjusting = covariates(measurement, analysis, among=found.usable)
    used = adjusting.kept
    drawn = drawing(measurement, analysis, used)
    fit: TwoPart | Reason
    one_arm = len(np.unique(measurement.treated[used])) < 2
    if reason := found.reason or ("one_arm_empty" if one_arm else adjusting.reason):
        fit = reason
    else:
        fit = two_part(
            found.values[used],
            measurement.treated[used],
            adjusting.matrix,
            stream=drawn.stream,
            conf_level=analysis.conf_level,
            strata=drawn.strata,
        )
    failed = isinstance(fit, TwoPart) and fit.failed > 0
    warnings = (*adjusting.warnings, *((SOME_FAILED,) if failed else ()))

    def part(of: Callable[[TwoPart], Effect]) -> Effect:
        return of(fit) if isinstance(fit, TwoPart) else not_estimable(fit)

    def estimate(effect: Effect, unit: Unit) -> Estimate:
        return _estimate(
            measurement, effect, unit, found, "numerics.two_part", drawn, used=used, warnings=warnings
        )

    whole = estimate(part(lambda fit: fit.mean_difference), unit_of(quantity))
    if isinstance(fit, TwoPart) and _less_precise(fit):
        whole = replace(whole, warnings=(*whole.warnings, IMPRECISE))
    any_ = estimate(part(lambda fit: fit.any_difference), "proportion")
    among = estimate(part(lambda fit: fit.difference_among), unit_of(quantity))
    if among.effect.estimate is not None:
        among = replace(among, warnings=(*among.warnings, AMONG))
    return (
        whole,
        replace(any_, term="any", effect_measure="risk_difference"),
        replace(among, term="among_those_with_any", conditional=True),
    )


def _less_precise(fit: TwoPart) -> bool:
    adjusted = fit.mean_difference.std_error
    return adjusted is not None and adjusted > LESS_PRECISE * fit.plain_std_error


def _quantity(analysis: Analysis) -> Quantity:
    if analysis.quantity is None:
        raise ValueError("an analysis of amounts names its quantity")
    return analysis.quantity


def _or_reason(found: Amounts, formula: Callable[[], Effect]) -> Effect:
    return not_estimable(found.reason) if found.reason else formula()


def _estimate(
    measurement: Measurement,
    effect: Effect,
    unit: Unit,
    found: Amounts,
    module: str,
    drawn: Drawing,
    *,
    term: str = "",
    used: np.ndarray | None = None,
    warnings: tuple[str, ...] = (),
) -> Estimate:
    among = found.usable if used is None else used
    of_draws = () if effect.conf_low is None else drawn.warnings
    return Estimate(
        effect=effect,
        unit=unit,
        counts=counts_of(measurement.treated[among], measurement.event[among]),
        engine=own_engine(module),
        term=term,
        warnings=(*found.warnings, *warnings, *of_draws),
    )


SEVERITY: dict[tuple[str, str], Estimator] = {
    ("mean_difference", "bootstrap"): mean_difference,
    ("mean_difference", "two_part"): mean_difference_in_two_parts,
    ("mean", "bootstrap"): means,
    ("common_odds_ratio", "proportional_odds"): proportional_odds,
    ("win_ratio", "u_statistic"): wins,
}
