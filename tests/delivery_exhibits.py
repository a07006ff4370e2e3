"""Exhibits of delivery made by hand, for figures and sections: every number is written down here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import figure_findings as made

from primus_eval.findings import Cell, Exhibit, Findings

VALUES = (0.5, 0.6, 0.55, 0.7, 0.65, 0.6, 0.8, 0.75, 0.9, 0.85, 0.8, 0.78, 0.9, 0.95, 0.7, 0.8)
"""Sixteen months, two of them on the median of 0.7; eight in a row above it."""

INDICATOR_COLUMNS = (
    *("indicator", "breakdown", "group", "arm", "state", "reason"),
    *("numerator", "denominator", "people", "people_with", "mentors", "top_two"),
    *("estimate", "conf_low", "conf_high", "unit", "method", "target", "conf_level"),
)
COUNTS = ("numerator", "denominator", "people", "people_with", "mentors")

PROCESS: dict[str, Any] = {
    "manual": {"en": "The manual", "da": "Manualen"},
    "mentors_per_person": 2,
    "contacts_per_week": 1.0,
    "weeks_before_release": 8,
    "weeks_after_release": 52,
    "branch": "wing",
    "risk": {"column": "prison", "in": ["closed"]},
    "reach": [{"group": {"en": "open prisons", "da": "åbne fængsler"}, "eligible": 100}],
    "targets": [{"indicator": "matched", "value": 1.0, "source": {"en": "the manual"}}],
    "need": [],
}


def run_chart(values: tuple[float, ...] = VALUES, **notes: Cell) -> Exhibit:
    """Planned contacts that were held, of twenty in each month from April 2018 on."""
    rows = tuple(
        (number, f"{2018 + (number + 2) // 12}-{(number + 2) % 12 + 1:02d}", round(20 * value), 20, value)
        for number, value in enumerate(values, 1)
    )
    known: dict[str, Cell] = {
        "indicator": "planned_held",
        "median": 0.7,
        "useful": 14,
        "longest_run": 8,
        "longest_run_limit": 7,
        "crossings": 5,
        "crossings_limit": 4,
        "signal": "shift",
    }
    return Exhibit(
        id="run_chart/planned_held",
        kind="run_chart",
        columns=("period", "month", "numerator", "denominator", "value"),
        rows=rows,
        count_columns=("numerator", "denominator"),
        population="assigned",
        notes=known | notes,
    )


FUNNEL_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("0", 17, 24, 17 / 24, 0.5, 0.875, 10 / 24, 23 / 24),
    ("1", 9, 16, 9 / 16, 7 / 16, 15 / 16, 5 / 16, 1.0),
    ("2", 12, 12, 1.0, 5 / 12, 11 / 12, 0.25, 1.0),
    ("3", 9, 24, 9 / 24, 0.5, 0.875, 10 / 24, 23 / 24),
    ("4", 9, 16, 9 / 16, 7 / 16, 15 / 16, 5 / 16, 1.0),
)
"""Exact binomial limits around 0.70, such as 5 to 11 of 12, and 3 to 12 for the outer ones."""


def funnel() -> Exhibit:
    """Who was matched, by unit; two units lie in one place."""
    columns = ("group", "numerator", "denominator", "value", "low95", "high95", "low998", "high998")
    return Exhibit(
        id="funnel/matched",
        kind="funnel",
        columns=columns,
        rows=FUNNEL_ROWS,
        count_columns=("numerator", "denominator"),
        population="assigned",
        notes={"indicator": "matched", "benchmark": 0.7, "fewest": 12},
    )


def exposure(weeks: range = range(-2, 5)) -> Exhibit:
    """Half a contact a week from two weeks before release on."""
    rows = tuple((week, 60, 0.5 * (week + 3), 0.0, float(week + 3)) for week in weeks)
    return Exhibit(
        id="exposure",
        kind="exposure",
        columns=("week", "people", "mean_cumulative", "low25", "high75"),
        rows=rows,
        count_columns=("people",),
        population="assigned",
        notes={"weeks_planned": 4},
    )


STATES = ("in_contact", "free_no_contact", "custody", "dead_or_abroad", "not_yet_observed")
STATE_ROWS: tuple[tuple[Cell, ...], ...] = (
    (-1, 0, 0, 60, 0, 0),
    (0, 30, 28, 2, 0, 0),
    (1, 24, 30, 6, 0, 0),
    (2, 18, 24, 12, 0, 6),
    (3, 12, 24, 12, 3, 9),
)
"""Sixty people in every week."""


def states(rows: tuple[tuple[Cell, ...], ...] = STATE_ROWS) -> Exhibit:
    return Exhibit(
        id="exposure_states",
        kind="exposure_states",
        columns=("week", *STATES),
        rows=rows,
        count_columns=STATES,
        population="assigned",
    )


BLOCK_ROWS: tuple[tuple[Cell, ...], ...] = (
    *((1, "0", 15), (1, "1", 15), (1, "2_3", 24), (1, "4_more", 6)),
    *((2, "0", 45), (2, "1", 15), (2, "2_3", 0), (2, "4_more", 0)),
    *((3, "0", None), (3, "1", 20), (3, "2_3", 10), (3, "4_more", None)),
)
"""Two whole blocks of sixty, and one of which two numbers are withheld."""


def blocks(rows: tuple[tuple[Cell, ...], ...] = BLOCK_ROWS) -> Exhibit:
    return Exhibit(
        id="contact_blocks",
        kind="contact_blocks",
        columns=("block", "level", "people"),
        rows=rows,
        count_columns=("people",),
        population="assigned",
    )


def row(indicator: str, **more: Any) -> tuple[Cell, ...]:
    """One row of the indicators: half of sixty people unless said otherwise."""
    known: dict[str, Cell] = {
        **dict.fromkeys(INDICATOR_COLUMNS),
        **{"indicator": indicator, "breakdown": "", "group": "", "arm": "treatment", "state": "reported"},
        **{"numerator": 30, "denominator": 60, "people": 60, "people_with": 30},
        **{"estimate": 0.5, "conf_low": 0.377, "conf_high": 0.623, "unit": "proportion"},
        **{"method": "wilson", "conf_level": 0.95},
    }
    return tuple((known | more)[name] for name in INDICATOR_COLUMNS)


EMPTY = dict.fromkeys((*COUNTS, "top_two", "estimate", "conf_low", "conf_high"))

INDICATOR_ROWS = (
    row("informed", **EMPTY, state="not_collected", method="none", arm=""),
    row("matched", numerator=54, estimate=0.9, conf_low=0.799, conf_high=0.953, target=1.0),
    row("matched", breakdown="branch", group="0", numerator=17, denominator=24, estimate=17 / 24),
    row("matched", breakdown="branch", group="1", **EMPTY, state="withheld", reason="small_cell"),
    row("met_at_gate", **EMPTY, state="withheld", reason="small_cell"),
    row("contacts_per_planned_week", numerator=1779, denominator=3000.5, estimate=0.593, unit="per_week"),
    row(
        "contacts_per_contactable_week", numerator=1753, denominator=2500.25, estimate=0.701, unit="per_week"
    ),
    row("cancelled_by", numerator=50, denominator=50, estimate=1.0, conf_low=None, conf_high=None),
    row("cancelled_by", breakdown="reason", group="participant", numerator=40, denominator=50, estimate=0.8),
    row("cancelled_by", breakdown="reason", group="mentor", numerator=10, denominator=50, estimate=0.2),
    row("control_services", arm="control", numerator=12, denominator=58, estimate=12 / 58),
    row("control_services", breakdown="arm", group="treatment", numerator=15, estimate=0.25),
    row(
        "control_services",
        breakdown="arm",
        group="control",
        arm="control",
        numerator=12,
        denominator=58,
        estimate=12 / 58,
    ),
    row("incidents", numerator=0, estimate=0.0, conf_low=0.0, conf_high=0.061, unit="count"),
)


def indicators(rows: tuple[tuple[Cell, ...], ...] = INDICATOR_ROWS) -> Exhibit:
    return Exhibit(
        id="indicators",
        kind="indicators",
        columns=INDICATOR_COLUMNS,
        rows=rows,
        count_columns=COUNTS,
        population="assigned",
    )


def harm(rows: tuple[tuple[Cell, ...], ...] | None = None) -> Exhibit:
    """One conflict in the treatment arm, nothing in the control arm."""
    given = rows or (
        ("", "", "treatment", 1, 1, 60),
        ("", "", "control", 0, 0, 58),
        ("conflict", "", "treatment", 1, 1, 60),
        ("conflict", "", "control", 0, 0, 58),
        ("", "minor", "treatment", 1, 1, 60),
        ("", "minor", "control", 0, 0, 58),
    )
    return Exhibit(
        id="harm",
        kind="harm",
        columns=("kind", "severity", "arm", "incidents", "people", "of_people"),
        rows=given,
        count_columns=("incidents", "people", "of_people"),
        population="assigned",
    )


def coverage() -> Exhibit:
    rows = (
        ("moore", "dose", "contacts_per_planned_week", "reported"),
        ("moore", "dose", "hours", "not_collected"),
        ("moore", "mediators", "", "not_collected"),
        ("consort_spi", "materials", "", "reported"),
        ("carroll", "coverage", "met_at_gate", "withheld"),
    )
    columns = ("framework", "element", "indicator", "state")
    return Exhibit(id="coverage", kind="coverage", columns=columns, rows=rows, population="assigned")


def programme_flow() -> Exhibit:
    rows = (("eligible", 120, 120), ("randomised", 60, 118), ("matched", 54, 60), ("month_12", None, 60))
    return Exhibit(
        id="programme_flow",
        kind="programme_flow",
        columns=("stage", "n", "of_n"),
        rows=rows,
        count_columns=("n", "of_n"),
        population="assigned",
    )


def changes() -> Exhibit:
    rows = (("2018-05", "telephone", "{7*7}", False),)
    return Exhibit(
        id="programme_changes",
        kind="programme_changes",
        columns=("month", "what", "why", "planned"),
        rows=rows,
        population="assigned",
    )


def by_dose(**notes: Cell) -> Exhibit:
    rows = (
        ("completed_dose", "low", 30, 19, 0.62, 0.45, 0.78),
        ("completed_dose", "high", 30, 11, 0.37, 0.22, 0.55),
    )
    return Exhibit(
        id=f"outcome_by_dose/{made.OUTCOME}",
        kind="outcome_by_dose",
        columns=("view", "level", "people", "events", "estimate", "conf_low", "conf_high"),
        rows=rows,
        count_columns=("people", "events"),
        outcome=made.OUTCOME,
        population="assigned",
        notes={"warning": "not_an_effect"} | notes,
    )


WHOLE = (
    *(indicators(), harm(), coverage(), programme_flow(), changes(), by_dose()),
    *(run_chart(), funnel(), exposure(), states(), blocks()),
)


def delivered(*exhibits: Exhibit, process: dict[str, Any] | None = PROCESS, **more: Any) -> Findings:
    """Findings with these exhibits, about a trial whose plan says how its programme is to be delivered."""
    findings = made.findings(*exhibits, **more)
    protocol = {**findings.context["protocol"], "process": process}
    return replace(findings, context={**findings.context, "protocol": protocol})
