"""How many events were there for each person, where there are so few that a count is all there is?"""

from __future__ import annotations

from scipy.stats import chi2

from primus_eval.numerics.effect import Effect, not_estimable


def rate_exact(events: int, exposure: float, *, conf_level: float) -> Effect:
    """Return events over exposure with the exact interval of a Poisson count, also of none.

    events: a whole number. exposure: people, or person-time, none negative. Events are taken to be
    independent of one another, which those of one person need not be: for rare incidents only.
    Source: Garwood 1936, Biometrika 28:437-442.
    Checked: tests/reference/against_process.py (R poisson.test).
    """
    if events != int(events) or events < 0 or exposure < 0:
        raise ValueError("a rate needs a whole number of events and an exposure, none negative")
    if exposure == 0:
        return not_estimable("no_exposure")
    tail = (1 - conf_level) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    high = float(chi2.isf(tail, 2 * (events + 1))) / 2
    return Effect(estimate=events / exposure, conf_low=low / exposure, conf_high=high / exposure)
