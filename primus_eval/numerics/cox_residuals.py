"""What each row, each event and each person says of a fitted Cox model: its residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.numerics.cox import CoxModel, sum_by_group
from primus_eval.numerics.inputs import Floats, Integers
from primus_eval.numerics.partial_likelihood import mean_at_events, score_residuals


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoenfeldResiduals:
    """One line per row with an event, in the order of the rows, and one column per covariate.

    row, time_days, weight: which row it is, its day, its case weight. residuals: its covariates less their
    mean in the risk set. scaled: what a log hazard ratio drawn over time would go through, in its units.
    """

    row: Integers
    time_days: Floats
    weight: Floats
    residuals: Floats
    scaled: Floats


def martingale_residuals(model: CoxModel) -> Floats:
    """Return, per row, its events (0 or 1) less the number that the model expected of it; shape (n,).

    Times the case weights they add up to zero. Those of a person with several rows are to be added.
    Source: Barlow & Prentice 1988, Biometrika 75:65-74; with Efron's ties, Therneau & Grambsch 2000,
    Modeling Survival Data, section 4.2.
    Checked: tests/reference/test_against_r.py (R residuals), tests/test_numerics_cox_residuals.py (by hand).
    """
    return model.event - model.point.hazard


def schoenfeld_residuals(model: CoxModel) -> SchoenfeldResiduals:
    """Compare the covariates of each event with their mean over the risk set, averaged over tied events.

    Times the case weights each column adds up to zero. Scaled: multiplied by the number of events and the
    covariance of the coefficients, and the coefficients added.
    Source: Schoenfeld 1982, Biometrika 69:239-241; scaled, Grambsch & Therneau 1994, Biometrika 81:515-526.
    Checked: tests/reference/test_against_r.py (R residuals), tests/test_numerics_cox_residuals.py (by hand).
    """
    sets = model.problem.sets
    rows = sets.event_rows
    in_units = (model.problem.covariates[rows] - mean_at_events(model.point)[sets.event_day]) * model.spread
    return SchoenfeldResiduals(
        row=rows,
        time_days=sets.day_time[sets.event_day],
        weight=model.problem.weighted(np.ones(len(model.event)))[rows],
        residuals=in_units,
        scaled=len(rows) * in_units @ model.fit.covariance_model + model.fit.coef,
    )


def influence(model: CoxModel) -> Floats:
    """Return how far each person moves each coefficient, to first order; shape (clusters, p).

    Without the person the coefficient would be smaller by about this much. Lines are in the order of the
    sorted labels of clusters, or of the rows. Their cross product is the robust covariance.
    Source: Cain & Lange 1984, Biometrics 40:493-499; Reid & Crepeau 1985, Biometrika 72:1-9.
    Checked: tests/reference/test_against_r.py (R residuals), tests/test_numerics_cox_residuals.py (the fit
    without each person; the derivative by each person's weight).
    """
    parts = score_residuals(model.problem, model.point) @ np.linalg.inv(model.point.information)
    return sum_by_group(parts, model.cluster) / model.spread
