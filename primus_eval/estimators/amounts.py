"""What each person came to over the window, and of whom it is known: events, harm, days in custody.

A sum is known of those who were followed to the end of the window, and of those whom a competing event took:
whoever died will not come to more. It is not known of those censored before the end, also where their first
event is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.measurement import Measurement
from primus_eval.measurement.by_rules import STATUS, ready_to_count
from primus_eval.measurement.records import COLUMN_OF
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import Quantity, Reason, Unit

LEFT_OUT = (
    "People who were not followed to the end of the window were left out, as declared; the result holds for "
    "everyone only if they would have come to what the others came to."
)
UNTIL_THEN = (
    "People who were not followed to the end of the window count with what was recorded of them until then, "
    "as declared; this understates what they came to, and favours the arm from which more people left early."
)
NOT_KNOWN = "People of whom the quantity is not known were left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The quantity of each person (zero where not known) and whom to use, shape (n,); or a reason."""

    values: np.ndarray
    usable: np.ndarray
    reason: Reason | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How follow-up of each person ended, shape (n,).

    complete: followed to the end, or taken by a competing event. died: within the window. left_early: died,
    left, or has a window that is not over. left_day: the day of follow-up on which they died or left, or the
    length of their window. followed_days: the same on the clock of times to an event, which may count days at
    liberty alone.
    """

    complete: np.ndarray
    died: np.ndarray
    left_early: np.ndarray
    left_day: np.ndarray
    followed_days: np.ndarray


def amounts(measurement: Measurement, analysis: Analysis, quantity: Quantity) -> Amounts:
    """Read a quantity, and apply what the analysis declares about people whose follow-up ended early."""
    values = raw_amounts(measurement, quantity)
    known = ~np.isnan(values)
    warnings = () if known.all() else (NOT_KNOWN,)
    found = np.where(known, values, 0.0)
    complete = ending(measurement).complete
    # What was declared is said whether or not anybody left: a warning must not tell of a small group.
    if analysis.incomplete_followup == "as_event_free":
        return Amounts(values=found, usable=known, warnings=(*warnings, UNTIL_THEN))
    if analysis.incomplete_followup == "leave_out":
        return Amounts(values=found, usable=known & complete, warnings=(*warnings, LEFT_OUT))
    reason: Reason | None = None if (complete | ~known).all() else "followup_incomplete_at_horizon"
    return Amounts(values=found, usable=known, reason=reason, warnings=warnings)


def raw_amounts(measurement: Measurement, quantity: Quantity) -> np.ndarray:
    """Return the quantity of each person, NaN where it is not known, shape (n,)."""
    column = COLUMN_OF[quantity]
    if column not in measurement.frame:
        return np.full(len(measurement.frame), np.nan)
    return measurement.frame[column].to_numpy(dtype=float, na_value=np.nan)


def unit_of(quantity: Quantity) -> Unit:
    """Events are counted; harm and custody are days; costs are money, in the currency of the economics."""
    if quantity == "cost":
        return "money"
    return "count" if quantity == "events" else "days"


def ending(measurement: Measurement) -> Ending:
    """Work out how follow-up of each person ended; of an outcome observed as measured only its first event.

    The frame says who left before a first event, not who left after one, so that the status is read again.
    """
    frame, definition = measurement.frame, measurement.outcome.reoffending
    if definition is None:
        nobody = np.zeros(len(frame), dtype=bool)
        return Ending(
            complete=measurement.known_at_horizon,
            died=nobody,
            left_early=~measurement.known_at_horizon,
            left_day=measurement.time_days,
            followed_days=measurement.time_days,
        )
    ready = ready_to_count(measurement.trial, definition, population=measurement.population)
    people = measurement.people
    left, start = ready.left[people], ready.bounds.start[people]
    censoring = [number for number, kind in enumerate(STATUS) if getattr(definition, kind) == "censor"]
    complete = ~np.isin(left, censoring)
    stop = np.minimum(ready.bounds.end[people], ready.bounds.left_on[people])
    left_day = (stop - start).astype(float)
    followed = left_day
    if definition.custody == "street":
        followed = left_day - np.nan_to_num(frame["custody_days"].to_numpy(dtype=float))
        complete &= (left >= 0) | (followed >= ready.clock.end[people] - start)
    followed = np.where(followed == 0, 0.5, np.minimum(followed, definition.horizon_days))
    return Ending(
        complete=complete,
        died=left == STATUS.index("death"),
        left_early=(left >= 0) | ~complete,
        left_day=left_day,
        followed_days=followed,
    )
