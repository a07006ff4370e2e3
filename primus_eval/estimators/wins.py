"""Who came off better: every treated person beside every control, by what matters most first."""

from __future__ import annotations

import numpy as np

from primus_eval.estimators.amounts import Ending, ending, raw_amounts
from primus_eval.estimators.result import Estimate, counts_of, own_engine
from primus_eval.measurement import Measurement
from primus_eval.numerics.win_ratio import Criterion, Pairs, compared_pairs, win_ratio
from primus_eval.protocol import Analysis
from primus_eval.protocol.options import Priority
from primus_eval.vocabulary import Better

UNKNOWN_ARE_TIES = "Pairs of which it is not known who came off better count as ties."


def wins(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the win ratio: pairs in which the treated person came off better, for each one lost.

    Whose follow-up ended early is compared for as long as it is known who of the two was free of an event or
    alive; sums are compared between people who were both followed to the end. Else the pair goes on to the
    next priority.
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
            warnings=_shares(pairs),
        ),
    )


def criterion(measurement: Measurement, priority: Priority, how: Ending) -> Criterion:
    """Turn a priority into what two people of this measurement are compared by."""
    better: Better = "higher" if priority.better in ("higher", "later", "yes") else "lower"
    if priority.by == "death":
        until = np.where(how.complete & ~how.died, np.inf, how.left_day)
        return Criterion(kind="yes_no", value=until, known=how.died, better=better)
    if priority.by == "reoffended" or priority.by == "days_to_first":
        never = measurement.known_at_horizon & ~measurement.event
        by_day = priority.by == "days_to_first"
        end = float(measurement.horizon_days) if by_day else np.inf
        return Criterion(
            kind="time" if by_day else "yes_no",
            value=np.where(never, end, measurement.time_days),
            known=measurement.event,
            better=better,
            margin=priority.margin,
        )
    values = raw_amounts(measurement, priority.by)
    return Criterion(
        kind="amount",
        value=np.nan_to_num(values),
        known=~np.isnan(values) & how.complete,
        better=better,
        margin=priority.margin,
    )


def _shares(pairs: Pairs) -> tuple[str, ...]:
    total = pairs.n_treatment * pairs.n_control
    if not total:
        return ()
    won, lost, tied = (round(100 * number / total) for number in (pairs.wins, pairs.losses, pairs.ties))
    return (
        f"Of all pairs of one person from each arm, the treated person came off better in about {won} %, "
        f"worse in about {lost} %; about {tied} % are ties and do not enter the ratio.",
        UNKNOWN_ARE_TIES,
    )
