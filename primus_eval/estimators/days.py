"""Up to which day follow-up counts: one convention for outcomes by rules and for those observed as a time.

By rules an event is on the day of its date, counted from 0: with day 0 follow-up begins, and a window of 91
days holds days 0 to 90. Up to day 91 means the same 91 days, whether a window ends there or a period does. An
outcome observed as a time says when follow-up ended, so that a time of 91 lies within 91 days.
"""

from __future__ import annotations

import numpy as np

from primus_eval.measurement import Measurement
from primus_eval.numerics.inputs import Bools, Floats


def end_of_day(measurement: Measurement) -> Floats:
    """Return each person's follow-up in days up to the end of its last day, shape (n,).

    What happened on day 0 of an outcome by rules is at 1; what happened on the last day of its window, or was
    not seen by then, is at the horizon. An event counts on the day on which somebody leaves, so who leaves is
    there for that day: the order of everybody's days is that of `time_days`. Observed times are as they are.
    """
    if measurement.outcome.reoffending is None:
        return measurement.time_days
    return np.minimum(np.floor(measurement.time_days) + 1, measurement.horizon_days)


def followed_to(measurement: Measurement, day: float) -> tuple[Floats, Bools, Bools]:
    """Return time_days, event and competing as they would be if the window ended on this day.

    day: above 0, no later than the horizon, where everything stays as it is.
    Checked: tests/test_transition.py (beside measuring with the shorter window).
    """
    within = end_of_day(measurement) <= day
    return (
        np.minimum(measurement.time_days, day),
        measurement.event & within,
        measurement.competing & within,
    )
