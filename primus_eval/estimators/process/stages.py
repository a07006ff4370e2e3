"""The way through the programme: how many of those eligible were told, offered it, met, kept in contact."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from primus_eval.estimators.process.delivered import Delivered
from primus_eval.estimators.process.dose import (
    AT_THE_GATE_DAYS,
    MONTH_DAYS,
    first_met,
    in_contact_between,
)
from primus_eval.estimators.process.matching import first_match
from primus_eval.estimators.process.reach import totals
from primus_eval.findings import Exhibit
from primus_eval.measurement.days import FAR
from primus_eval.numerics.inputs import Bools
from primus_eval.protocol import ASSIGNED

MONTHS_END = {"month_1": 30, "month_3": 91, "month_6": 182, "month_12": 364}
"""Days after release on which the 30 days of each month end; of the later ones whole weeks."""

Stage = tuple[str, int, int]


def programme_flow(delivered: Delivered) -> Exhibit:
    """Count people at each stage, each beside those it is to be seen against.

    Consent is asked before randomisation: those randomised to the programme are seen against all randomised,
    and the later stages against them, as far as their days lie within the data. Months after the planned end
    of contact are left out.
    """
    return Exhibit(
        id="programme_flow",
        kind="programme_flow",
        columns=("stage", "n", "of_n"),
        rows=tuple(_stages(delivered)),
        count_columns=("n", "of_n"),
        population=ASSIGNED,
    )


def _stages(delivered: Delivered) -> Iterator[Stage]:
    reach, people = delivered.process.reach, delivered.people
    for stage, before in (("eligible", "eligible"), ("informed", "eligible"), ("consented", "informed")):
        known = totals(reach, stage, before)
        if known is not None:
            yield stage, known[stage], known[before]
    yield "randomised", int(people.treated.sum()), delivered.n
    if delivered.matches is not None:
        yield _stage("matched", first_match(delivered) != FAR, people.treated)
    if delivered.contacts is None or not people.was_released.any():
        return
    asked = people.treated & people.has_release
    released = np.where(people.was_released, people.released, FAR)
    yield _stage("met_before_release", first_met(delivered) < released, asked)
    has, due = in_contact_between(delivered, 0, AT_THE_GATE_DAYS)
    yield _stage("met_at_gate", has, due & people.was_released)
    for stage, end in MONTHS_END.items():
        if end <= max(7 * delivered.process.weeks_after_release, MONTH_DAYS):
            has, due = in_contact_between(delivered, end - MONTH_DAYS, end)
            yield _stage(stage, has, due)


def _stage(stage: str, has: Bools, asked: Bools) -> Stage:
    return stage, int((has & asked).sum()), int(asked.sum())
