"""Cox regression: the ratio of hazards between the arms, Efron's handling of ties throughout.

lifelines fits the model-based one. Our own engine answers where strata, robust or cluster variance
are asked for: lifelines' robust variance is wrong in the presence of ties. Both agree where both are
right (tests/reference/test_estimators.py). Whether the data determine the hazard ratio at all is
asked of our engine first.

Where events compete, who died or left without having had the event counts until then: the hazard is
cause-specific, which `hazard_ratio` warns of and `cause_specific_hazard_ratio` asks for.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from primus_eval.estimators.competing import cause_specific
from primus_eval.estimators.covariates import covariates, groups
from primus_eval.estimators.result import (
    Estimate,
    Estimator,
    counts_of,
    kept_warnings,
    library_engine,
    own_engine,
)
from primus_eval.measurement import Measurement
from primus_eval.numerics.cox import cox, hazard_ratio
from primus_eval.numerics.effect import Effect, not_estimable, wald
from primus_eval.protocol import Analysis

Variance = Literal["model", "robust"]
FEW_CLUSTERS = 40
TOO_NARROW = "Few clusters: a robust variance summed over fewer than about 40 makes intervals too narrow."
ITERATED_TO_THE_END = {"precision": 1e-16, "r_precision": 1e-14}
"""lifelines stops at a Newton decrement of 1e-7 otherwise, and hazard ratios agree with R to 1e-6 only."""
ARM = 0
"""The column of the design that holds the arm."""


def cox_model(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio with model-based variance."""
    return _cox(measurement, analysis, variance="model", cluster=None)


def cox_robust(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio with Lin and Wei's robust variance, each person a cluster."""
    return _cox(measurement, analysis, variance="robust", cluster=None)


def cox_cluster(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the hazard ratio with the robust variance summed within declared clusters."""
    return _cox(measurement, analysis, variance="robust", cluster=analysis.cluster)


def _cox(
    measurement: Measurement, analysis: Analysis, *, variance: Variance, cluster: str | None
) -> tuple[Estimate, ...]:
    everyone = np.ones(len(measurement.frame), dtype=bool)
    adjusting = covariates(measurement, analysis, among=everyone)
    kept = adjusting.kept
    treated, event = measurement.treated[kept], measurement.event[kept]
    time_days = measurement.time_days[kept]
    strata = groups(measurement, analysis.strata)
    clusters = groups(measurement, (cluster,)) if cluster else None
    counts = counts_of(treated, event)
    design = np.column_stack([treated.astype(float), adjusting.matrix])
    texts = [] if clusters is None or len(np.unique(clusters[kept])) >= FEW_CLUSTERS else [TOO_NARROW]
    engine = own_engine("numerics.cox")
    if not counts.n_treatment or not counts.n_control:
        effect = not_estimable("one_arm_empty")
    elif adjusting.reason is not None:
        effect = not_estimable(adjusting.reason)
    else:
        fit = cox(
            design,
            time_days,
            event,
            strata=None if strata is None else strata[kept],
            cluster=None if clusters is None else clusters[kept],
        )
        effect = hazard_ratio(fit, ARM, conf_level=analysis.conf_level, variance=variance)
        if effect.reason is None and variance == "model" and strata is None:
            effect, texts = _by_lifelines(design, time_days, event, analysis.conf_level)
            engine = library_engine("lifelines", "CoxPHFitter (Efron)")
    return (
        Estimate(
            effect=effect,
            unit="ratio",
            counts=counts,
            engine=engine,
            warnings=(*adjusting.warnings, *texts),
        ),
    )


def _by_lifelines(
    design: np.ndarray, time_days: np.ndarray, event: np.ndarray, conf_level: float
) -> tuple[Effect, list[str]]:
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    frame = pd.DataFrame(design, columns=[f"x{index}" for index in range(design.shape[1])])
    frame["time_days"] = time_days
    frame["event"] = event
    try:
        with kept_warnings() as texts:
            fitter = CoxPHFitter().fit(
                frame, duration_col="time_days", event_col="event", fit_options=ITERATED_TO_THE_END
            )
    except ConvergenceError:
        return not_estimable("not_converged"), []
    coef, std_error = float(fitter.params_.iloc[ARM]), float(fitter.standard_errors_.iloc[ARM])
    return wald(coef, std_error, conf_level=conf_level, scale="log"), texts


HAZARD: dict[tuple[str, str], Estimator] = {
    ("hazard_ratio", "cox"): cause_specific(cox_model),
    ("hazard_ratio", "cox_robust"): cause_specific(cox_robust),
    ("hazard_ratio", "cox_cluster"): cause_specific(cox_cluster),
    # Rates among those still there are what this measure asks for: there is nothing to warn of.
    ("cause_specific_hazard_ratio", "cox"): cox_model,
    ("cause_specific_hazard_ratio", "cox_robust"): cox_robust,
}
