"""Indicators month by month, held against two rules; and by branch, held against what chance would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from primus_eval.estimators.process.delivered import Delivered
from primus_eval.estimators.process.fidelity import planned_rows
from primus_eval.estimators.process.months import Months, months_of
from primus_eval.estimators.process.organisation import mentor_months, places_and_mentors
from primus_eval.findings import Exhibit
from primus_eval.numerics.funnel_limits import SMALLEST_UNIT, funnel_limits
from primus_eval.numerics.inputs import Floats
from primus_eval.numerics.run_rules import run_chart
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Indicator

IN_FUNNELS: tuple[Indicator, ...] = (
    "risk_level",
    "matched",
    "started_before_release",
    "met_at_gate",
    "contact_first_month",
    "full_course",
)
"""Shares of people, each of whom belongs to one branch and counts once."""

RUN_COLUMNS = ("period", "month", "numerator", "denominator", "value")
FUNNEL_COLUMNS = ("group", "numerator", "denominator", "value", "low95", "high95", "low998", "high998")

Series = tuple[Floats, Floats]
"""Numerator and denominator of each month."""


def run_charts(delivered: Delivered, reported: set[str]) -> Iterator[Exhibit]:
    """Yield a chart for each indicator that is followed by the month and is reported.

    Months without a denominator are left out, so that a period is a month in which there was something to
    deliver. Contacts count in the month in which they were held.
    """
    months = months_of(delivered)
    for indicator, series in SERIES.items():
        if indicator in reported:
            yield from _run_chart(indicator, months, *series(delivered, months))


def _run_chart(indicator: Indicator, months: Months, part: Floats, whole: Floats) -> Iterator[Exhibit]:
    asked = np.flatnonzero(whole > 0)
    values = part[asked] / whole[asked]
    chart = run_chart(values)
    if chart is None:
        return
    names = months.names
    yield Exhibit(
        id=f"run_chart/{indicator}",
        kind="run_chart",
        columns=RUN_COLUMNS,
        rows=tuple(
            (period, names[month], float(part[month]), float(whole[month]), float(value))
            for period, (month, value) in enumerate(zip(asked.tolist(), values, strict=True), start=1)
        ),
        count_columns=("numerator", "denominator"),
        population=ASSIGNED,
        notes={
            "indicator": indicator,
            "median": chart.median,
            "useful": chart.useful,
            "longest_run": chart.longest_run,
            "longest_run_limit": chart.longest_run_limit,
            "crossings": chart.crossings,
            "crossings_limit": chart.crossings_limit,
            "signal": chart.signal,
        },
    )


def _per_planned_week(delivered: Delivered, months: Months) -> Series:
    people, contacts = delivered.people, delivered.contacts
    assert contacts is not None  # the indicator is reported
    counted = contacts.held & contacts.within
    offered = people.treated
    days = months.covered(people.begin[offered], people.end[offered])
    return months.sums(contacts.day[counted]).astype(float), days / 7


def _per_contactable_week(delivered: Delivered, months: Months) -> Series:
    people, contacts, spells = delivered.people, delivered.contacts, delivered.spells
    assert contacts is not None and spells is not None  # the indicator is reported
    counted = contacts.held & contacts.contactable
    offered = people.treated
    free = months.covered(people.free_begin[offered], people.free_end[offered])
    of = spells.person
    begin = np.clip(spells.begin, people.free_begin[of], people.free_end[of])
    end = np.clip(spells.end, people.free_begin[of], people.free_end[of])
    inside = months.covered(begin[offered[of]], end[offered[of]])
    return months.sums(contacts.day[counted]).astype(float), (free - inside) / 7


def _planned_held(delivered: Delivered, months: Months) -> Series:
    contacts = delivered.contacts
    assert contacts is not None  # the indicator is reported
    planned = planned_rows(delivered)
    held = months.sums(contacts.day[planned & contacts.held])
    return held.astype(float), months.sums(contacts.day[planned]).astype(float)


def _capacity(delivered: Delivered, months: Months) -> Series:
    everyone = np.ones(len(delivered.table("mentors")), dtype=bool), np.ones(delivered.n, dtype=bool)
    mentors, places = places_and_mentors(delivered, months, mentors=everyone[0], people=everyone[1])
    return mentors.astype(float), places.astype(float)


def _supervised(delivered: Delivered, months: Months) -> Series:
    _, month, was_supervised = mentor_months(delivered, months)
    n = len(months.first)
    return (
        np.bincount(month[was_supervised], minlength=n).astype(float),
        np.bincount(month, minlength=n).astype(float),
    )


SERIES: dict[Indicator, Callable[[Delivered, Months], Series]] = {
    "mentor_capacity": _capacity,
    "supervised": _supervised,
    "contacts_per_planned_week": _per_planned_week,
    "contacts_per_contactable_week": _per_contactable_week,
    "planned_held": _planned_held,
}
"""How an indicator is counted month by month."""


def funnels(indicators: Exhibit) -> Iterator[Exhibit]:
    """Yield a funnel for each share of people by branch, where every branch has 12 people or more.

    Elsewhere the rows by branch are the table. The benchmark is the share of all branches together; where
    everybody or nobody has it, there is nothing to compare.
    """
    for indicator in IN_FUNNELS:
        rows = [
            row
            for row in indicators.records()
            if row["indicator"] == indicator and row["breakdown"] == "branch" and row["denominator"]
        ]
        n = np.array([row["denominator"] for row in rows], dtype=float)
        had = np.array([row["numerator"] for row in rows], dtype=float)
        benchmark = float(had.sum() / n.sum()) if len(n) else 0.0
        if len(rows) > 1 and n.min() >= SMALLEST_UNIT and 0 < benchmark < 1:
            yield _funnel(indicator, [str(row["group"]) for row in rows], had, n, benchmark)


def _funnel(indicator: Indicator, groups: list[str], had: Floats, n: Floats, benchmark: float) -> Exhibit:
    inner = funnel_limits(n, benchmark=benchmark, coverage=0.95)
    outer = funnel_limits(n, benchmark=benchmark, coverage=0.998)
    return Exhibit(
        id=f"funnel/{indicator}",
        kind="funnel",
        columns=FUNNEL_COLUMNS,
        rows=tuple(
            (
                group,
                int(had[place]),
                int(n[place]),
                float(had[place] / n[place]),
                *(float(each[place]) for each in (inner.low, inner.high, outer.low, outer.high)),
            )
            for place, group in enumerate(groups)
        ),
        count_columns=("numerator", "denominator"),
        population=ASSIGNED,
        notes={"indicator": indicator, "benchmark": benchmark, "fewest": int(n.min())},
    )
