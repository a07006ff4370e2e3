"""How long it took from offence to decision, by quarter of the offence: what is not decided yet is not known.

Medians by arm show whether the register treats both arms alike. No number of events by arm is given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.preflight.counting import Count, parts_of
from primus_eval.preflight.delivered import months_of
from primus_eval.preflight.records import LagInQuarter
from primus_eval.trial import Trial

FEWEST_EVENTS = 10
"""Fewer than these say little of a 90th percentile, and may be one person."""

DAYS_PER_WEEK = 7

EARLIER, LATER = "earlier", "later"
"""Instead of the quarters in which only a few people have offences, beyond the months of all others."""


def lag_by_quarter(trial: Trial) -> tuple[LagInQuarter, ...]:
    """Describe the days from offence to decision, by quarter of the offence; empty without both dates.

    Of each quarter: the events of both arms together, and by arm the median and the 90th percentile of
    the lag in whole weeks (rounded up), where both arms have at least max(k, 10) decided events of at
    least k people. Quarters outside the months that fewer than k people go beyond (`months_of`) are one
    row before and one behind the others; empty too where fewer than k people have an offence.
    Checked: tests/test_preflight_people.py.
    """
    spec = trial.protocol.data.events
    if trial.events is None or spec is None or spec.offence_date is None or spec.decision_date is None:
        return ()
    k = trial.protocol.disclosure.threshold
    offence = trial.events[spec.offence_date]
    known = offence.notna().to_numpy(dtype=bool)
    person = trial.events["person"].to_numpy(dtype=np.int64)[known]
    months = months_of(offence[known], person, k=k)
    if not months:
        return ()
    events = pd.DataFrame(
        {
            "quarter": _quarters(offence[known], months),
            "person": person,
            "arm": trial.participants["arm"].to_numpy()[person],
            "lag_days": (trial.events.loc[known, spec.decision_date] - offence[known]).dt.days.to_numpy(),
        }
    )
    counts = _counts(events, k=k)
    arms = [arm.id for arm in trial.protocol.arm]
    return tuple(
        LagInQuarter(
            quarter=quarter,
            events=counts[quarter],
            weeks=_weeks(events[events["quarter"] == quarter], arms, k=k) if counts[quarter].n else {},
        )
        for quarter in sorted(counts, key=_in_time)
    )


def _quarters(offence: pd.Series, months: dict[str, str]) -> list[str]:
    """The quarter of each offence; outside the months that may be named, only on which side it lies."""
    first, last = (pd.Period(months[side], "M").asfreq("Q") for side in ("first", "last"))
    return [
        EARLIER if quarter < first else LATER if quarter > last else quarter.strftime("%Y Q%q")
        for quarter in offence.dt.to_period("Q")
    ]


def _in_time(quarter: str) -> tuple[bool, bool, str]:
    return quarter == LATER, quarter != EARLIER, quarter


def _counts(events: pd.DataFrame, *, k: int) -> dict[str, Count]:
    """Count the events of each quarter; many events of few people are hidden like few events."""
    sizes = {str(quarter): len(rows) for quarter, rows in events.groupby("quarter")}
    people = {str(quarter): rows["person"].nunique() for quarter, rows in events.groupby("quarter")}
    few = {quarter for quarter in sizes if people[quarter] < k}
    shown = parts_of({quarter: 1 if quarter in few else n for quarter, n in sizes.items()}, k=k)
    many_of_few = {quarter for quarter in few if sizes[quarter] >= k}
    return {quarter: Count() if quarter in many_of_few else shown[quarter] for quarter in sizes}


def _weeks(events: pd.DataFrame, arms: list[str], *, k: int) -> dict[str, tuple[int, int]]:
    decided = events.dropna(subset=["lag_days"])
    found = {}
    for arm in arms:
        of_arm = decided[decided["arm"] == arm]
        if len(of_arm) < max(k, FEWEST_EVENTS) or of_arm["person"].nunique() < k:
            return {}
        # An observed lag, not a value between two: what half, or nine tenths, had at most.
        middle, late = np.quantile(of_arm["lag_days"], [0.5, 0.9], method="inverted_cdf")
        found[arm] = (_whole_weeks(middle), _whole_weeks(late))
    return found


def _whole_weeks(days: float) -> int:
    return int(np.ceil(days / DAYS_PER_WEEK))
