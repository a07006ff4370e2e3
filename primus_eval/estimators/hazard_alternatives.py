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
from primus_eval.numerics.streams import Stream
from primus_eval.protocol import Analysis

ARM = 0
"""The column of the design that holds the arm."""

BEYOND = (
    "An end of the interval lies beyond the outermost draw, and is taken to be that draw: draw more often."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of an analysis as arrays; `arm_and_stratum` numbers the groups within which to draw."""

    design: Floats
    time_days: Floats
    event: np.ndarray
    strata: Integers | None
    arm_and_stratum: Integers


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
                arm_and_stratum=treated + 2 * (0 if strata is None else strata),
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
    """Estimate by Cox regression, with an interval from people drawn again within arm and stratum."""
    resampling = measurement.trial.protocol.resampling
    assert resampling is not None and resampling.replicates is not None
    result = cox_bootstrap(
        people.design,
        people.time_days,
        people.event,
        groups=people.arm_and_stratum,
        strata=people.strata,
        stream=Stream(seed=resampling.seed, name=analysis.id, replicates=resampling.replicates),
    )
    effect = bootstrapped_hazard_ratio(result, ARM, conf_level=analysis.conf_level)
    return effect, _remarks(result, analysis) if effect.reason is None else ()


def _remarks(result: CoxDraws | str, analysis: Analysis) -> tuple[str, ...]:
    if isinstance(result, str):
        return ()
    texts = []
    if result.failed:
        total = len(result.draws) + result.failed
        texts.append(f"Of {total} draws, {result.failed} did not determine a hazard ratio and were left out.")
    if ends_beyond_draws(result, ARM, conf_level=analysis.conf_level):
        texts.append(BEYOND)
    return tuple(texts)


HAZARD_ALTERNATIVES: dict[tuple[str, str], Estimator] = {
    ("hazard_ratio", "cox_firth"): cause_specific(_estimator(_firth, "numerics.firth")),
    ("hazard_ratio", "cox_bootstrap"): cause_specific(_estimator(_bootstrap, "numerics.cox_bootstrap")),
}
