"""Risks and mean days adjusted for covariates where some were not followed to the end: pseudo-values.

A regression needs a number for each person, also for one who left early. Pseudo-values supply it; see
`numerics.pseudo_observations`. The answer is on the scale of risks or of days, for the arms as a whole. It
needs no proportional hazards. It assumes that within an arm leaving early has nothing to do with the event,
nor with the covariates.
"""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.adjusted import FEW_PEOPLE, PEOPLE_PER_COEFFICIENT
from primus_eval.estimators.competing import where_nothing_competes
from primus_eval.estimators.covariates import covariates
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import not_estimable
from primus_eval.numerics.pseudo_observations import Quantity, pseudo_value_difference
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Unit


def by_pseudo_values(quantity: Quantity, unit: Unit) -> Estimator:
    """Make an estimator of a difference by regression of pseudo-values."""

    def estimator(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
        adjusting = covariates(measurement, analysis, among=np.ones(len(measurement.frame), dtype=bool))
        kept = adjusting.kept
        treated, event = measurement.treated[kept], measurement.event[kept]
        # Days free of the event are asked for only where nothing competes.
        competing = np.zeros(len(event)) if quantity == "days_free" else measurement.competing[kept]
        counts, texts = counts_of(treated, event), list(adjusting.warnings)
        if not counts.n_treatment or not counts.n_control:
            effect = not_estimable("one_arm_empty")
        elif adjusting.reason is not None:
            effect = not_estimable(adjusting.reason)
        else:
            effect = pseudo_value_difference(
                measurement.time_days[kept],
                event,
                competing,
                treated,
                adjusting.matrix,
                horizon_days=measurement.horizon_days,
                quantity=quantity,
                conf_level=analysis.conf_level,
            )
            if len(treated) < PEOPLE_PER_COEFFICIENT * (2 + adjusting.matrix.shape[1]):
                texts.append(FEW_PEOPLE)
        engine = own_engine("numerics.pseudo_observations")
        return (Estimate(effect=effect, unit=unit, counts=counts, engine=engine, warnings=tuple(texts)),)

    return estimator


PSEUDO: dict[tuple[str, str], Estimator] = {
    ("risk_difference", "pseudo_observations"): by_pseudo_values("risk", "proportion"),
    ("restricted_mean_difference", "pseudo_observations"): where_nothing_competes(
        by_pseudo_values("days_free", "days")
    ),
    ("restricted_mean_time_lost_difference", "pseudo_observations"): by_pseudo_values("days_lost", "days"),
}
