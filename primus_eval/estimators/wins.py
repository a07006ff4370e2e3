"""Who came off better: every treated person beside every control, by what matters most first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from primus_eval.estimators.amounts import Ending, ending, raw_amounts
from primus_eval.estimators.competing import may_compete
from primus_eval.estimators.result import Estimate, counts_of, own_engine
from primus_eval.measurement import Measurement
from primus_eval.numerics.win_ratio import Criterion, compared_pairs, win_ratio
from primus_eval.protocol import Analysis
from primus_eval.protocol.options import Priority
from primus_eval.vocabulary import Better

UNKNOWN_ARE_TIES = "Pairs of which it is not known who came off better count as ties."
DEATH_NOT_FIRST = (
    "People who died had no later events: without death as the first priority, dying counts as doing well."
)
FOLLOWED_UNTIL_FIRST = (
    "How long people were followed after their first event is not recorded, and is taken to be to the end: "
    "with reoffended as a priority, that favours the arm from which more people left early."
)


def wins(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the win ratio: pairs in which the treated person came off better, for each one lost.

    Two people are compared over the time for which both were followed: who died first, who had an event by
    then, whose first event came later. Sums are compared between people who were both followed to the end.
    Else the pair goes on to the next priority. Who died without an event had none to the end.
    """
    how = ending(measurement)
    criteria = [criterion(measurement, priority, how) for priority in analysis.priorities]
    pairs = compared_pairs(criteria, measurement.treated)
    return (
        Estimate(
            effect=win_ratio(pairs, conf_level=analysis.conf_level),
            unit="ratio",
            counts=counts_of(measurement.treated, measurement.event),
            engine=own_engine("numerics.win_ratio"),
            warnings=_warnings(measurement, analysis),
        ),
    )


def criterion(measurement: Measurement, priority: Priority, how: Ending) -> Criterion:
    """Turn a priority into what two people of this measurement are compared by."""
    better: Better = "higher" if priority.better in ("higher", "later", "yes") else "lower"
    times = Criterion(
        kind="time",
        value=measurement.time_days,
        known=measurement.event,
        better=better,
        margin=priority.margin,
    )
    if priority.by == "death":
        followed = np.where(how.left_early, how.left_day, np.inf)
        return replace(times, kind="yes_no", value=how.left_day, known=how.died, followed=followed)
    if priority.by == "reoffended":
        return replace(times, kind="yes_no", followed=np.where(how.complete, np.inf, how.followed_days))
    if priority.by == "days_to_first":
        never = measurement.known_at_horizon & ~measurement.event
        return replace(times, value=np.where(never, float(measurement.horizon_days), times.value))
    values = raw_amounts(measurement, priority.by)
    return Criterion(
        kind="amount",
        value=np.nan_to_num(values),
        known=~np.isnan(values) & how.complete,
        better=better,
        margin=priority.margin,
    )


def _warnings(measurement: Measurement, analysis: Analysis) -> tuple[str, ...]:
    """Say what the rules and the priorities bring about, whatever happened in these data."""
    texts = [UNKNOWN_ARE_TIES]
    by = [priority.by for priority in analysis.priorities]
    if may_compete(measurement) and by[:1] != ["death"]:
        texts.append(DEATH_NOT_FIRST)
    if measurement.outcome.reoffending is None and "reoffended" in by:
        texts.append(FOLLOWED_UNTIL_FIRST)
    return tuple(texts)
