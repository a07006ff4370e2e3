"""A sum over persons divided by another sum over them: contacts by weeks, weeks with a contact by weeks.

Contacts of one person belong together, and so do their weeks: persons are independent, not contacts. The
pooled ratio gives every week the same weight. The mean of persons' own ratios does not, and falls apart
where somebody had but a few days.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from primus_eval.numerics.effect import Effect, not_estimable, student, without_interval
from primus_eval.numerics.inputs import Floats, finite_vector

NEGLIGIBLE = 1e-12
"""A standard error this small beside its ratio is zero but for rounding."""


def pooled_ratio(part: ArrayLike, whole: ArrayLike, *, is_share: bool, conf_level: float) -> Effect:
    """Return the sum of one thing over persons divided by that of another, with an interval over persons.

    part, whole: of each person, none negative, shape (n,); persons without any `whole` say nothing and are
    passed over. is_share: whether part is at most whole, so that the ratio is a proportion: its interval is
    made on the log odds, otherwise on the logarithm. Variance: the sum of squares of how far the ratio moves
    when each person in turn is left out; quantiles of t with one degree of freedom less than persons.
    Without interval where the ratio is 0 (or, of a share, 1), or all persons have the same.
    Source: Cochran 1977, Sampling Techniques, section 6.3 (the linearised ratio), with the residuals of
    MacKinnon & White 1985, HC3, as `person_time`; delta method.
    Checked: tests/reference/against_process.py (R glm with sandwich), tests/test_numerics_person_weeks.py
    (each person left out; coverage in simulated programmes).
    """
    some, all_ = finite_vector(part, "part"), finite_vector(whole, "whole")
    if some.shape != all_.shape or (some < 0).any() or (all_ < 0).any():
        raise ValueError("part and whole must be of the same persons, none negative")
    if is_share and (some > all_ * (1 + NEGLIGIBLE)).any():
        raise ValueError("a part must not exceed its whole")
    some, all_ = some[all_ > 0], all_[all_ > 0]
    if not len(all_):
        return not_estimable("no_exposure")
    ratio = float(some.sum() / all_.sum())
    if ratio == 0 or (is_share and ratio >= 1) or len(all_) < 2:
        return without_interval(min(ratio, 1.0) if is_share else ratio)
    std_error = _std_error(some, all_, ratio)
    if std_error <= NEGLIGIBLE * ratio:
        return without_interval(ratio)
    if is_share:
        return _on_log_odds(ratio, std_error, df=len(all_) - 1, conf_level=conf_level)
    effect = student(log(ratio), std_error / ratio, df=len(all_) - 1, conf_level=conf_level, scale="log")
    # That a ratio is 1 is no hypothesis: there is no test.
    return replace(effect, statistic=None, p_value=None)


def mean_of_persons(values: ArrayLike, *, conf_level: float) -> Effect:
    """Return the mean over persons with Student's interval; without one where they are all alike.

    values: one for each person, shape (n,).
    Source: Student 1908, Biometrika 6:1-25.
    Checked: tests/reference/against_process.py (R t.test).
    """
    each = finite_vector(values, "values")
    if not len(each):
        return not_estimable("too_few_people")
    mean = float(each.mean())
    if len(each) < 2 or np.ptp(each) == 0:
        return without_interval(mean)
    std_error = float(each.std(ddof=1)) / sqrt(len(each))
    effect = student(mean, std_error, df=len(each) - 1, conf_level=conf_level)
    return replace(effect, statistic=None, p_value=None)


def _std_error(some: Floats, all_: Floats, ratio: float) -> float:
    moves = (some - ratio * all_) / (all_.sum() - all_)  # of the ratio when each person is left out
    return sqrt(float((moves**2).sum()))


def _on_log_odds(share: float, std_error: float, *, df: int, conf_level: float) -> Effect:
    half_width = float(stdtrit(df, 0.5 + conf_level / 2)) * std_error / (share * (1 - share))
    centre = log(share / (1 - share))
    low, high = (1 / (1 + exp(min(-end, 700.0))) for end in (centre - half_width, centre + half_width))
    return Effect(
        estimate=share,
        conf_low=low,
        conf_high=high,
        std_error=std_error / (share * (1 - share)),
        df=float(df),
        scale="logit",
    )
