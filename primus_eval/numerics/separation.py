"""Does some combination of covariates predict a binary outcome without error?

Then a logistic regression has no finite maximum: software returns huge coefficients and standard
errors, with at most a warning.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from primus_eval.numerics.inputs import matrix, yes_no_vector

SEPARATING_MARGIN = 1e-6
"""Above the feasibility tolerance of the solver (1e-7), far below any margin of scaled covariates."""


def is_separated(design: ArrayLike, outcome: ArrayLike) -> bool:
    """Tell whether the maximum likelihood of a logistic regression is infinite.

    design: covariates with the intercept as a column, shape (n, p). outcome: 0 or 1, shape (n,).
    True for complete separation (a plane has all events on one side) and quasi-complete separation
    (some people lie on the plane); also where everyone or nobody had the event.

    The linear programme looks for the direction in which the linear predictor is nowhere on the wrong
    side (>= 0 for events, <= 0 for the others) and most on the right side; without separation only the
    zero direction will do.
    Source: Albert & Anderson 1984, Biometrika 71:1-10; the programme is that of Konis 2007, DPhil thesis,
    University of Oxford.
    Checked: tests/test_numerics_separation.py (cases worked by hand, all directions tried).
    """
    rows = matrix(design, "design")
    had_event = yes_no_vector(outcome, "outcome", length=len(rows))
    largest = np.abs(rows).max(axis=0, initial=0)
    signed = np.where(had_event, 1.0, -1.0)[:, None] * rows / np.where(largest > 0, largest, 1.0)
    distinct = np.unique(signed, axis=0)
    if len(distinct) == 0:
        return False
    solution = linprog(
        -distinct.sum(axis=0), A_ub=-distinct, b_ub=np.zeros(len(distinct)), bounds=(-1, 1), method="highs"
    )
    return bool((distinct @ solution.x).max() > SEPARATING_MARGIN)
