"""Process evaluation: what was delivered to whom, as planned or not, from the programme's own tables.

`process_exhibits` is the front. `catalogue` declares the indicators, `delivered` places the tables in time,
`measures` counts, one module for each chapter says what is counted, `rows` writes it down; displays have a
module each. Effects of having taken part are not estimated here.
"""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.estimators.process.changes import changes_exhibit
from primus_eval.estimators.process.charts import funnels, run_charts
from primus_eval.estimators.process.cost import with_cost
from primus_eval.estimators.process.coverage import coverage_exhibit
from primus_eval.estimators.process.delivered import Delivered, delivered_of
from primus_eval.estimators.process.dose_outcome import dose_outcome_exhibit
from primus_eval.estimators.process.exposure import (
    contact_blocks_exhibit,
    exposure_exhibit,
    exposure_states_exhibit,
)
from primus_eval.estimators.process.harm import harm_exhibit
from primus_eval.estimators.process.indicators import indicator_exhibit, states_of
from primus_eval.estimators.process.stages import programme_flow
from primus_eval.estimators.process.weeks import week_table
from primus_eval.findings import Exhibit
from primus_eval.measurement import Measurement
from primus_eval.trial import Trial

__all__ = ["process_exhibits", "with_cost"]


def process_exhibits(trial: Trial, measured: Mapping[tuple[str, str], Measurement]) -> list[Exhibit]:
    """Draw up every exhibit of the process evaluation; none where the protocol declares no [process].

    measured: measurements by outcome and population, for the outcome by dose alone.
    """
    delivered = delivered_of(trial)
    if delivered is None:
        return []
    indicators = indicator_exhibit(delivered)
    reported = {indicator for indicator, state in states_of(indicators).items() if state == "reported"}
    last = (
        harm_exhibit(delivered),
        changes_exhibit(delivered),
        dose_outcome_exhibit(delivered, measured),
    )
    return [
        indicators,
        coverage_exhibit(delivered, indicators),
        programme_flow(delivered),
        *run_charts(delivered, reported),
        *funnels(indicators),
        *_by_week(delivered),
        *(exhibit for exhibit in last if exhibit is not None),
    ]


def _by_week(delivered: Delivered) -> list[Exhibit]:
    """Draw up what is shown week by week from release; custody must be known for everybody's state."""
    if delivered.contacts is None or delivered.spells is None or not delivered.people.has_release.any():
        return []
    weeks = week_table(delivered)
    return [
        exposure_exhibit(delivered, weeks),
        exposure_states_exhibit(weeks),
        contact_blocks_exhibit(weeks),
    ]
