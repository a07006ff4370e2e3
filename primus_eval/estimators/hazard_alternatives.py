"""The hazard ratio where few had the event (Firth), and with an interval by drawing people again.

Both answer the question of `hazard` and assume what it assumes: hazards in proportion throughout, people
whose follow-up ended early like those still followed, Efron's handling of ties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.competing import cause_specific
from primus_eval.estimators.covariates import covariates, groups
from primus_eval.estimators.resampling import drawing
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.measurement import Measurement
from primus_eval.numerics.cox_bootstrap import (
    CoxDraws,
    bootstrapped_hazard_ratio,
    cox_bootstrap,
    ends_beyond_draws,
)
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.firth import firth, firth_hazard_ratio
from primus_eval.numerics.inputs import Floats, Integers
from primus_eval.protocol import Analysis

ARM = 0
"""The column of the design that holds the arm."""

SOME_FAILED = "Some draws did not determine a hazard ratio and were left out."
BEYOND = (
    "An end of the interval lies beyond the outermost draw, and is taken to be that draw: draw more often."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of an analysis as arrays; strata are those of the baseline hazards.

    kept: who of the measurement they are, shape (n,).
    """

    design: Floats
    time_days: Floats
    event: np.ndarray
    strata: Integers | None
    kept: np.ndarray


Fit = Callable[[People, Measurement, Analysis], tuple[Effect, tuple[str, ...]]]


def _estimator(fit: Fit, module: str) -> Estimator:
    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        everyone = np.ones(len(measurement.frame), dtype=bool)
        adjusting = covariates(measurement, analysis, among=everyone)
        kept = adjusting.kept
        treated, event = measurement.treated[kept], measurement.event[kept]
        counts = counts_of(treated, event)
        texts: tuple[str, ...] = ()
        if not counts.n_treatment or not counts.n_control:
            effect = not_estimable("one_arm_empty")
        elif adjusting.reason is not None:
            effect = not_estimable(adjusting.reason)
        else:
            strata = groups(measurement, analysis.strata)
            strata = None if strata is None else strata[kept].astype(np.int64)
            people = People(
                design=np.column_stack([treated.astype(float), adjusting.matrix]),
                time_days=measurement.time_days[kept],
                event=event,
                strata=strata,
                kept=kept,
            )
            effect, texts = fit(people, measurement, analysis)
        return (
            Estimate(
                effect=effect,
                unit="ratio",
                counts=counts,
                engine=own_engine(module),
                warnings=(*adjusting.warnings, *texts),
            ),
        )

    return estimator


def _firth(people: People, measurement: Measurement, analysis: Analysis) -> tuple[Effect, tuple[str, ...]]:
    """Estimate by Firth's penalised likelihood, with its profile as interval."""
    fit = firth(people.design, people.time_days, people.event, strata=people.strata)
    return firth_hazard_ratio(fit, ARM, conf_level=analysis.conf_level), ()


def _bootstrap(
    people: People, measurement: Measurement, analysis: Analysis
) -> tuple[Effect, tuple[str, ...]]:
    """Estimate by Cox regression, with an interval from people drawn again within arm and stratum.

    Where strata are too small to draw from, people are drawn within arms; each stratum keeps its own baseline
    hazard all the same.
    """
    drawn = drawing(measurement, analysis, people.kept)
    arm = people.design[:, ARM].astype(np.int64)
    result = cox_bootstrap(
        people.design,
        people.time_days,
        people.event,
        groups=arm if drawn.strata is None else arm + 2 * drawn.strata,
        strata=people.strata,
        stream=drawn.stream,
    )
    effect = bootstrapped_hazard_ratio(result, ARM, conf_level=analysis.conf_level)
    return effect, (*drawn.warnings, *_remarks(result, analysis)) if effect.reason is None else ()


def _remarks(result: CoxDraws | str, analysis: Analysis) -> tuple[str, ...]:
    if isinstance(result, str):
        return ()
    texts = []
    if result.failed:
        texts.append(SOME_FAILED)
    if ends_beyond_draws(result, ARM, conf_level=analysis.conf_level):
        texts.append(BEYOND)
    return tuple(texts)


HAZARD_ALTERNATIVES: dict[tuple[str, str], Estimator] = {
    ("hazard_ratio", "cox_firth"): cause_specific(_estimator(_firth, "numerics.firth")),
    ("hazard_ratio", "cox_bootstrap"): cause_specific(_estimator(_bootstrap, "numerics.cox_bootstrap")),
}
